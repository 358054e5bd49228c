package io.nightdrop;

/** Faults and takeovers, on the embedded H2. */
@NightdropIntegrationTest
class FaultsOnH2IntegrationTests extends Faults {}
