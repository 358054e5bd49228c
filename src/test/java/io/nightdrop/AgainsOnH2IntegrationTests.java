package io.nightdrop;

/** Drops that are taken again, on the embedded H2. */
@NightdropIntegrationTest
class AgainsOnH2IntegrationTests extends Agains {}
