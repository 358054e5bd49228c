package io.nightdrop.database;

import io.nightdrop.disk.Disk;
import io.nightdrop.settings.NightdropSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;
import javax.sql.DataSource;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/** The embedded database under home; with the profile {@code postgres}, {@code spring.datasource.*} says which instead. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    /** Says whether this process runs drops, runs them {@code if-free}, or only looks; the command line sets it. */
    static final String RUNS = "${nightdrop-process.runs:true}";

    /** It matters for the embedded database; on PostgreSQL nodes share home and know of each other through the database. */
    @Bean
    HomeLock homeLock(NightdropSettings settings, @Value(RUNS) String runs, Environment environment)
            throws IOException {
        Disk.makeFolder(settings.home());
        Disk.makeFolder(settings.work());
        Disk.makeFolder(settings.database());
        boolean embedded = !environment.acceptsProfiles(Profiles.of("postgres"));
        return new HomeLock(settings, HomeLock.Use.of(runs), embedded);
    }

    /**
     * H2 in a file, so that a commit is one: {@code WRITE_DELAY=0} hands it to the operating system before the commit
     * returns (the default waits up to 500 ms and a kill loses it); {@link Durability} puts it on disk where something
     * outside rests on it. It is closed when the container has stopped what uses it, not by H2's own shutdown hook.
     */
    @Bean
    @Profile("!postgres")
    JdbcConnectionDetails embeddedDatabase(NightdropSettings settings, HomeLock lock) throws IOException {
        String shared = lock.sharedAddress();
        String url = shared != null
                ? "jdbc:h2:tcp:" + shared
                : "jdbc:h2:file:" + settings.database().resolve("nightdrop")
                        + ";MODE=PostgreSQL;WRITE_DELAY=0;LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE";
        return new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return "nightdrop";
            }

            @Override
            public String getPassword() {
                return "";
            }

            @Override
            public String getJdbcUrl() {
                return url;
            }
        };
    }

    @Bean
    WriteGate writeGate(HomeLock lock) {
        return new WriteGate(lock);
    }

    /** All that goes to the embedded database goes through the gate; what post-processes beans must not need any itself. */
    @Bean
    static BeanPostProcessor gatedDataSource(ObjectProvider<WriteGate> gate) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof DataSource source ? gate.getObject().before(source) : bean;
            }
        };
    }

    /** Who is a guest in another process's database leaves its schema alone, and looks only if it is the right one. */
    @Bean
    FlywayMigrationStrategy migration(HomeLock lock) {
        return flyway -> {
            if (lock.isGuest()) {
                flyway.validate();
            } else {
                flyway.migrate();
            }
        };
    }

    /** Lets other processes look while this one runs: over loopback, at an address with a secret in it. */
    @Bean(destroyMethod = "stop")
    @Profile("!postgres")
    @ConditionalOnProperty(name = "nightdrop-process.runs") // not false
    @DependsOn("flyway")
    @Nullable
    Server databaseServer(NightdropSettings settings, HomeLock lock) throws IOException, SQLException {
        if (!lock.mayRun()) {
            return null;
        }
        System.setProperty("h2.bindAddress", "127.0.0.1");
        byte[] secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        String key = HexFormat.of().formatHex(secret);
        Server server = Server.createTcpServer(
                        "-tcpPort",
                        "0",
                        "-tcpDaemon",
                        "-key",
                        key,
                        settings.database().resolve("nightdrop").toString())
                .start();
        lock.share("//127.0.0.1:" + server.getPort() + "/" + key);
        return server;
    }
}
