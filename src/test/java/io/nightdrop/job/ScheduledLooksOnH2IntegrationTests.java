package io.nightdrop.job;

import io.nightdrop.NightdropIntegrationTest;

/** Looks that were missed, on the embedded H2. */
@NightdropIntegrationTest
class ScheduledLooksOnH2IntegrationTests extends ScheduledLooks {}
