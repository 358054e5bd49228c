package io.nightdrop.notification;

import io.nightdrop.database.Durability;
import io.nightdrop.mail.Letter;
import io.nightdrop.mail.Postman;
import io.nightdrop.settings.MailAddress;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.NotifySettings;
import jakarta.mail.internet.AddressException;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Tells applicants what is due. */
@Component
public final class Notifier extends Postman<Notification> {

    @Autowired
    Notifier(
            Notifications notifications,
            MessageTemplates templates,
            Durability durability,
            Clock clock,
            NightdropSettings settings) {
        this(notifications, templates, durability, clock, settings.notifications(), PAUSE);
    }

    Notifier(
            Notifications notifications,
            MessageTemplates templates,
            Durability durability,
            Clock clock,
            NotifySettings settings,
            Duration pause) {
        super(notifications, one -> letter(templates, one), durability, clock, settings, pause);
    }

    private static Letter letter(MessageTemplates templates, Notification one) throws AddressException {
        String address = one.address();
        if (address == null || address.isBlank()) {
            throw new AddressException("the workflow has no e-mail address");
        }
        Message words = templates.message(one);
        return new Letter(MailAddress.of(address), words.subject(), words.text(), words.html(), null);
    }
}
