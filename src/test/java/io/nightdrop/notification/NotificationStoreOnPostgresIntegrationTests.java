package io.nightdrop.notification;

import io.nightdrop.NightdropIntegrationTest;
import org.springframework.test.context.ActiveProfiles;

/** What the table of notifications promises, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class NotificationStoreOnPostgresIntegrationTests extends NotificationStore {}
