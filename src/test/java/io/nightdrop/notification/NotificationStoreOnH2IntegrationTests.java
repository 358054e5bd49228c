package io.nightdrop.notification;

import io.nightdrop.NightdropIntegrationTest;

/** What the table of notifications promises, on H2. */
@NightdropIntegrationTest
class NotificationStoreOnH2IntegrationTests extends NotificationStore {}
