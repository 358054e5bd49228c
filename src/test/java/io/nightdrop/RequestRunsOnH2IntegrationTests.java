package io.nightdrop;

@NightdropIntegrationTest
class RequestRunsOnH2IntegrationTests extends RequestRuns {}
