package io.nightdrop.notification;

import io.nightdrop.NightdropIntegrationTest;

/** Messages on their way to a mail server, on H2. */
@NightdropIntegrationTest
class SendingOnH2IntegrationTests extends Sending {}
