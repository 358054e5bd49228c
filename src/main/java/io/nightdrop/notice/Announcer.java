package io.nightdrop.notice;

import io.nightdrop.database.Durability;
import io.nightdrop.mail.Postman;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.NotifySettings;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Tells the people who run an exchange what is due. */
@Component
public final class Announcer extends Postman<Notice> {

    @Autowired
    Announcer(Notices notices, NoticeLetters letters, Durability durability, Clock clock, NightdropSettings settings) {
        this(notices, letters, durability, clock, settings.notifications(), PAUSE);
    }

    Announcer(
            Notices notices,
            NoticeLetters letters,
            Durability durability,
            Clock clock,
            NotifySettings settings,
            Duration pause) {
        super(notices, letters, durability, clock, settings, pause);
    }
}
