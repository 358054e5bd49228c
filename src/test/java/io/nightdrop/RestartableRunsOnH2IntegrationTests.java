package io.nightdrop;

/** Runs that are cut, on the embedded H2. */
@NightdropIntegrationTest
class RestartableRunsOnH2IntegrationTests extends RestartableRuns {}
