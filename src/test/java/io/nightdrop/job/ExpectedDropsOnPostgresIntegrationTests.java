package io.nightdrop.job;

import io.nightdrop.NightdropIntegrationTest;
import org.springframework.test.context.ActiveProfiles;

/** Drops that are expected, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class ExpectedDropsOnPostgresIntegrationTests extends Expectations {}
