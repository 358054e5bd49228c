package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;

/** What people are told, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class NoticeMailsOnPostgresIntegrationTests extends NoticeMails {}
