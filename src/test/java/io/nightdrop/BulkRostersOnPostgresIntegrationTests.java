package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;

/** Rosters that list everybody, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class BulkRostersOnPostgresIntegrationTests extends BulkRosters {}
