package io.nightdrop;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.NightdropSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.annotation.Primary;

/** Inboxes that tests add as they go, with settings as a user writes them. */
@Primary
public class TestInboxes extends Inboxes {

    private static final String SCOPES = "pearsana-partner/partners.documents:write,"
            + "pearsana-partner/partners.externalRefs:read,pearsana-partner/partners.verifications:write";

    private final Map<String, Inbox> added = new ConcurrentHashMap<>();

    TestInboxes(NightdropSettings settings) {
        super(settings);
    }

    /** An inbox that takes at once what lies there, and may do everything, except where the settings say otherwise. */
    public Inbox add(String name, Path directory, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("directory", directory.toString());
        return add(name, all);
    }

    /** Likewise, wherever it lies. */
    public Inbox add(String name, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("i.settle", "0s");
        all.put("i.wait-for-companions", "0s");
        all.put("i.scopes", SCOPES);
        settings.forEach((key, value) -> all.put("i." + key, value));
        InboxSettings bound = new Binder(new MapConfigurationPropertySource(all))
                .bind("i", InboxSettings.class)
                .get();
        Inbox inbox = new Inbox(name, bound);
        added.put(name, inbox);
        return inbox;
    }

    /** One that another application has, too. */
    public void add(Inbox inbox) {
        added.put(inbox.name(), inbox);
    }

    @Override
    public List<Inbox> all() {
        return List.copyOf(added.values());
    }

    @Override
    public Optional<Inbox> find(String name) {
        return Optional.ofNullable(added.get(name));
    }
}
