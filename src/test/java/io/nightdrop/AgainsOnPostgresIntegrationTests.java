package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;

/** Drops that are taken again, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class AgainsOnPostgresIntegrationTests extends Agains {}
