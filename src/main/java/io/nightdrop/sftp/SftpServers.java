package io.nightdrop.sftp;

import io.nightdrop.settings.SftpSettings;
import io.nightdrop.time.Ticker;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The servers that inboxes lie on; one for all that use the same settings. Nothing is connected before it is needed. */
@Component
public class SftpServers {

    private final Map<SftpSettings, SftpServer> servers = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Ticker ticker;

    SftpServers(Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
    }

    /** The server of these settings. */
    public SftpServer of(SftpSettings settings) {
        return servers.computeIfAbsent(settings, other -> new SftpServer(other, clock, ticker));
    }

    @PreDestroy
    void close() {
        servers.values().forEach(SftpServer::close);
    }
}
