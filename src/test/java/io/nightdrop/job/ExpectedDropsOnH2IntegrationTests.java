package io.nightdrop.job;

import io.nightdrop.NightdropIntegrationTest;

/** Drops that are expected, on H2. */
@NightdropIntegrationTest
class ExpectedDropsOnH2IntegrationTests extends Expectations {}
