package io.nightdrop.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class DefaultsTests {

    private static final String POOL = "spring.datasource.hikari.maximum-pool-size";

    private final StandardEnvironment environment = new StandardEnvironment();

    private void addDefaults() {
        new Defaults().postProcessEnvironment(environment, new SpringApplication());
    }

    @Test
    void noJobIsRunByTheStart() {
        addDefaults();

        assertThat(environment.getProperty("spring.batch.job.enabled")).isEqualTo("false");
    }

    @Test
    void whatAUserSetsWins() {
        environment.getPropertySources().addLast(new MapPropertySource("user", Map.of(POOL, "7")));

        addDefaults();

        assertThat(environment.getProperty(POOL)).isEqualTo("7");
    }

    @Test
    void eachDatabaseHasItsOwnPool() {
        environment.setActiveProfiles("postgres");

        addDefaults();

        assertThat(environment.getProperty(POOL)).isEqualTo("16");
        assertThat(environment.getProperty("spring.datasource.hikari.connection-test-query"))
                .isNull();
    }
}
