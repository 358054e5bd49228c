package io.nightdrop.sftp;

import io.nightdrop.settings.SftpSettings;
import jakarta.annotation.PreDestroy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The servers that inboxes lie on; one for all that use the same settings. Nothing is connected before it is needed. */
@Component
public class SftpServers {

    private final Map<SftpSettings, SftpServer> servers = new ConcurrentHashMap<>();

    /** The server of these settings. */
    public SftpServer of(SftpSettings settings) {
        return servers.computeIfAbsent(settings, SftpServer::new);
    }

    @PreDestroy
    void close() {
        servers.values().forEach(SftpServer::close);
    }
}
