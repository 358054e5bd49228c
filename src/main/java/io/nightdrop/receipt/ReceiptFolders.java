package io.nightdrop.receipt;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.settings.ReplyTo;
import io.nightdrop.settings.SftpSettings;
import io.nightdrop.sftp.SftpServers;
import org.springframework.stereotype.Component;

/** Finds the folder in which an inbox's sender looks for its receipts. */
@Component
class ReceiptFolders {

    private final SftpServers servers;

    ReceiptFolders(SftpServers servers) {
        this.servers = servers;
    }

    /** The folder; asks neither disk nor server. */
    ReceiptFolder of(Inbox inbox, ReplyTo replyTo) {
        SftpSettings sftp = inbox.settings().sftp();
        if (replyTo.isLocal() || sftp == null) {
            return new LocalReceiptFolder(replyTo.local());
        }
        return new RemoteReceiptFolder(
                sftp.url(replyTo.remote()), servers.of(sftp).folder(replyTo.remote()));
    }
}
