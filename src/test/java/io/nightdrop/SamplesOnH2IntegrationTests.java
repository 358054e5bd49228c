package io.nightdrop;

/** The sample drops, on the embedded H2. */
@NightdropIntegrationTest
class SamplesOnH2IntegrationTests extends Samples {}
