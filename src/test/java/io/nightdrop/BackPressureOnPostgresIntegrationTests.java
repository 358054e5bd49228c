package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

/** With batches written side by side, and a third of the connections that the threads would like to have. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
@TestPropertySource(properties = "spring.datasource.hikari.maximum-pool-size=2")
class BackPressureOnPostgresIntegrationTests extends BackPressure {

    @Override
    int many() {
        return 200;
    }

    @Override
    int connections() {
        return 2;
    }

    @Override
    String sessions() {
        return "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'";
    }
}
