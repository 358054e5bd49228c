package io.nightdrop.settings;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Profiles;

/**
 * What Nightdrop needs of Spring, under all that a user sets. It stands in code so that it holds wherever the settings
 * are read from: {@code spring.config.location} puts other files in the place of those in the jar.
 */
final class Defaults implements EnvironmentPostProcessor, Ordered {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> defaults = new HashMap<>();
        addBasics(defaults);
        addLevels(defaults);
        if (environment.acceptsProfiles(Profiles.of("postgres"))) {
            addPostgres(defaults);
        } else {
            addH2(defaults);
        }
        DefaultPropertiesPropertySource.addOrMerge(defaults, environment.getPropertySources());
    }

    private static void addBasics(Map<String, Object> defaults) {
        defaults.put("spring.application.name", "nightdrop");
        defaults.put("spring.main.banner-mode", "off");
        // Commands run jobs, not the start.
        defaults.put("spring.batch.job.enabled", "false");
        // Flyway makes all tables.
        defaults.put("spring.batch.jdbc.initialize-schema", "never");
        defaults.put("spring.integration.jdbc.initialize-schema", "never");
        defaults.put("spring.flyway.locations", "classpath:db/migration");
        defaults.put("spring.batch.jdbc.isolation-level-for-create", "read_committed");
        defaults.put("spring.lifecycle.timeout-per-shutdown-phase", "9s");
    }

    private static void addLevels(Map<String, Object> defaults) {
        defaults.put("logging.level.root", "warn");
        defaults.put("logging.level.io.nightdrop", "info");
        // The command line says a start's failure in one line.
        defaults.put("logging.level.org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter", "off");
        defaults.put("logging.level.org.springframework.boot.SpringApplication", "off");
        defaults.put(
                "logging.level.org.springframework.context.annotation.AnnotationConfigApplicationContext", "error");
        // Of a database that is away it tells for each connection, with a trace; a line says what could not be done.
        defaults.put("logging.level.com.zaxxer.hikari.pool.PoolBase", "error");
        // A lost connection is told by whoever needed it.
        defaults.put("logging.level.org.apache.sshd", "error");
        defaults.put("logging.level.io.nightdrop.sftp.SshClients", "error");
        // It warns of every H2 that is newer than itself.
        defaults.put("logging.level.org.flywaydb.core.internal.database.base.Database", "error");
    }

    private static void addH2(Map<String, Object> defaults) {
        // H2 calls a connection valid whose database has closed itself, as on a full disk; only a statement tells.
        defaults.put("spring.datasource.hikari.connection-test-query", "SELECT 1");
        // Who waits for another transaction to end keeps its connection meanwhile, and the other one may need a second.
        defaults.put("spring.datasource.hikari.maximum-pool-size", "200");
        // To open it takes far less, and what cannot be had now is tried again.
        defaults.put("spring.datasource.hikari.connection-timeout", "10000");
        defaults.put("spring.datasource.hikari.minimum-idle", "4");
    }

    private static void addPostgres(Map<String, Object> defaults) {
        defaults.put("spring.datasource.hikari.maximum-pool-size", "16");
        // Who takes over from a process that is dead or frozen ends its sessions, which may sit in a transaction.
        defaults.put("spring.datasource.hikari.data-source-properties.ApplicationName", "nightdrop-${random.uuid}");
        // Should nobody be there to take over, they give their locks back by themselves.
        defaults.put("spring.datasource.hikari.connection-init-sql", "SET idle_in_transaction_session_timeout = '60s'");
    }

    /** After the files, which may name profiles. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }
}
