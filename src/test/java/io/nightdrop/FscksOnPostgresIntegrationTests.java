package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;

/** The check of a home, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class FscksOnPostgresIntegrationTests extends Fscks {}
