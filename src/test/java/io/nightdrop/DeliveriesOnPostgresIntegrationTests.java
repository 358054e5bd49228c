package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;

@NightdropIntegrationTest
@ActiveProfiles("postgres")
class DeliveriesOnPostgresIntegrationTests extends Deliveries {}
