package io.nightdrop;

@NightdropIntegrationTest
class DeliveriesOnH2IntegrationTests extends Deliveries {}
