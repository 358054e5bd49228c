package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;

/** Faults and takeovers, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class FaultsOnPostgresIntegrationTests extends Faults {}
