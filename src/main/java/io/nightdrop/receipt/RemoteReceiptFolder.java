package io.nightdrop.receipt;

import io.nightdrop.sftp.RemoteFolder;
import java.io.IOException;
import org.springframework.core.io.Resource;

/**
 * A folder on an SFTP server.
 *
 * @param name which server and folder
 * @param folder the folder
 */
record RemoteReceiptFolder(String name, RemoteFolder folder) implements ReceiptFolder {

    @Override
    public void prepare(String file, Resource content) throws IOException {
        folder.prepare(content, file);
    }

    @Override
    public boolean isPrepared(String file) throws IOException {
        return folder.isPrepared(file);
    }

    @Override
    public boolean publish(String file) throws IOException {
        return folder.publish(file);
    }
}
