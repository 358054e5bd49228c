package io.nightdrop.notice;

import io.nightdrop.NightdropIntegrationTest;
import org.springframework.test.context.ActiveProfiles;

/** The table of notices, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class NoticeStoreOnPostgresIntegrationTests extends NoticeStore {}
