package io.nightdrop.inbox;

import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.SftpSettings;
import io.nightdrop.sftp.SftpServers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The place of each inbox. Nothing is connected before it is needed. */
@Component
class Places {

    private final NightdropSettings settings;
    private final Map<Inbox, Place> places = new ConcurrentHashMap<>();
    private final SftpServers servers;

    Places(NightdropSettings settings, SftpServers servers) {
        this.settings = settings;
        this.servers = servers;
    }

    /** Where the files of an inbox lie. */
    Place of(Inbox inbox) {
        return places.computeIfAbsent(inbox, this::open);
    }

    private Place open(Inbox inbox) {
        SftpSettings sftp = inbox.settings().sftp();
        return sftp == null
                ? new LocalPlace(inbox, inbox.directory())
                : new SftpPlace(
                        inbox, servers.of(sftp).folder(), sftp, settings.looks().resolve(inbox.name()));
    }
}
