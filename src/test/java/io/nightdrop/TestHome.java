package io.nightdrop;

import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.NotifySettings;
import io.nightdrop.settings.PartitionSettings;
import io.nightdrop.settings.RetrySettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;

/** Gives a test context an empty home and, with the profile postgres, an empty database of one server for all tests. */
public final class TestHome implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final class Server {
        static final EmbeddedPostgres INSTANCE = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** The properties of a new, empty PostgreSQL database. */
    static Map<String, String> newPostgres() throws SQLException {
        String name = "nightdrop" + DATABASES.incrementAndGet();
        try (Connection connection = Server.INSTANCE.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return Map.of(
                "spring.datasource.url", Server.INSTANCE.getJdbcUrl("postgres", name),
                "spring.datasource.username", "postgres",
                "spring.datasource.password", "postgres");
    }

    /** Settings of nothing but a home. */
    public static NightdropSettings settings(Path home) {
        return settings(home, NotifySettings.NONE);
    }

    /** Settings of a home, and how applicants are told. */
    public static NightdropSettings settings(Path home, NotifySettings notifications) {
        return new NightdropSettings(
                home,
                Duration.ofSeconds(30),
                new RetrySettings(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(100)),
                new PartitionSettings(4, 500),
                Map.of(),
                Map.of(),
                notifications);
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        try {
            Path home = Files.createTempDirectory("nightdrop-test");
            Map<String, Object> properties = new HashMap<>();
            properties.put("nightdrop.home", home.resolve("home").toString());
            properties.put("nightdrop.retry.pause", "10ms");
            properties.put("nightdrop.retry.within", "60ms");
            properties.put("spring.config.location", "classpath:/");
            if (context.getEnvironment().acceptsProfiles(Profiles.of("postgres"))) {
                properties.putAll(newPostgres());
            }
            context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test home", properties));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
