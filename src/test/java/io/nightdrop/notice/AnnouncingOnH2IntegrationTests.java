package io.nightdrop.notice;

import io.nightdrop.NightdropIntegrationTest;

/** Notices on their way to a mail server, on H2. */
@NightdropIntegrationTest
class AnnouncingOnH2IntegrationTests extends Announcing {}
