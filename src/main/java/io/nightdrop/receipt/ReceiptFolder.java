package io.nightdrop.receipt;

import java.io.IOException;
import org.springframework.core.io.Resource;

/** Where a sender looks for its receipts. */
interface ReceiptFolder {

    /** Which folder it is; never longer than 1,000 characters. What was prepared in a folder of another name is not here. */
    String name() throws IOException;

    /** Puts a file complete and for good beside the place where it shall appear; what an earlier try left there goes. */
    void prepare(String file, Resource content) throws IOException;

    /** Whether something lies beside the place where a file shall appear; if so, what was prepared has not appeared. */
    boolean isPrepared(String file) throws IOException;

    /**
     * Lets appear what was prepared.
     *
     * @return false when nothing is prepared: it was not, or it has appeared before
     * @throws java.nio.file.FileAlreadyExistsException another file has its name
     */
    boolean publish(String file) throws IOException;
}
