package io.nightdrop;

/** Rosters that list everybody, on H2. */
@NightdropIntegrationTest
class BulkRostersOnH2IntegrationTests extends BulkRosters {}
