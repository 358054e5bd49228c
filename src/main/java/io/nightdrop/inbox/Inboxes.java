package io.nightdrop.inbox;

import io.nightdrop.settings.NightdropSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** All inboxes that are configured, by name. */
@Component
public class Inboxes {

    private final List<Inbox> inboxes;

    /** Those of the settings. */
    public Inboxes(NightdropSettings settings) {
        this.inboxes = settings.inboxes().entrySet().stream()
                .map(entry -> new Inbox(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(Inbox::name))
                .toList();
    }

    /** All of them. */
    public List<Inbox> all() {
        return inboxes;
    }

    /** The inbox of that name. */
    public Optional<Inbox> find(String name) {
        return inboxes.stream().filter(inbox -> inbox.name().equals(name)).findFirst();
    }
}
