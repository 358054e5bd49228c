package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;

/** The sample drops, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class SamplesOnPostgresIntegrationTests extends Samples {}
