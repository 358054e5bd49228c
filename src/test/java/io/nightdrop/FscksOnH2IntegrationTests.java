package io.nightdrop;

/** The check of a home, on the embedded H2. */
@NightdropIntegrationTest
class FscksOnH2IntegrationTests extends Fscks {}
