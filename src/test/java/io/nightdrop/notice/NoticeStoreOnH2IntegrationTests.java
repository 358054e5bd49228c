package io.nightdrop.notice;

import io.nightdrop.NightdropIntegrationTest;

/** The table of notices, on H2. */
@NightdropIntegrationTest
class NoticeStoreOnH2IntegrationTests extends NoticeStore {}
