package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;

/** Hostile inputs, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class HostileInputsOnPostgresIntegrationTests extends HostileInputs {}
