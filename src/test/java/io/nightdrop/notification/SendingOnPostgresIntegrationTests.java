package io.nightdrop.notification;

import io.nightdrop.NightdropIntegrationTest;
import org.springframework.test.context.ActiveProfiles;

/** Messages on their way to a mail server, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class SendingOnPostgresIntegrationTests extends Sending {}
