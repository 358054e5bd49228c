package io.nightdrop;

/** Hostile inputs, on the embedded H2. */
@NightdropIntegrationTest
class HostileInputsOnH2IntegrationTests extends HostileInputs {}
