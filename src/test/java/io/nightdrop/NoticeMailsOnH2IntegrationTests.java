package io.nightdrop;

/** What people are told, on H2. */
@NightdropIntegrationTest
class NoticeMailsOnH2IntegrationTests extends NoticeMails {}
