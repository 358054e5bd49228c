package io.nightdrop.notice;

import io.nightdrop.NightdropIntegrationTest;
import org.springframework.test.context.ActiveProfiles;

/** Notices on their way to a mail server, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class AnnouncingOnPostgresIntegrationTests extends Announcing {}
