package io.nightdrop.receipt;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.settings.ReplyTo;
import io.nightdrop.sftp.SftpServers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Primary;
import org.springframework.core.io.Resource;

/** Senders' folders that give trouble where a test says so. */
@Primary
public class TroubledFolders extends ReceiptFolders {

    /** What happens when a file is to be prepared. */
    @FunctionalInterface
    public interface Trouble {
        /** Happens. */
        void happen() throws IOException;
    }

    /** A folder that hangs. */
    public static final class Hang implements Trouble {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void happen() throws IOException {
            begun.countDown();
            await(ended);
        }

        /** Returns once somebody hangs. */
        public void awaitBegin() throws IOException {
            await(begun);
        }

        /** Goes on. */
        public void end() {
            ended.countDown();
        }

        private static void await(CountDownLatch latch) throws IOException {
            try {
                if (!latch.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("for ever");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();
    private final List<String> prepared = Collections.synchronizedList(new ArrayList<>());

    TroubledFolders(SftpServers servers) {
        super(servers);
    }

    /** From now on a file, {@code <drop id>.<file>}, cannot be prepared in peace. */
    public void trouble(String file, Trouble trouble) {
        troubles.put(file, trouble);
    }

    /** From now on preparing a file hangs until it is told to go on. */
    public Hang hang(String file) {
        Hang hang = new Hang();
        trouble(file, hang);
        return hang;
    }

    /** All is well from now on, and nothing was prepared. */
    public void heal() {
        troubles.clear();
        prepared.clear();
    }

    /** The files that were prepared, or tried to, in their order. */
    public List<String> prepared() {
        return List.copyOf(prepared);
    }

    @Override
    ReceiptFolder of(Inbox inbox, ReplyTo replyTo) {
        ReceiptFolder real = super.of(inbox, replyTo);
        return new ReceiptFolder() {
            @Override
            public String name() throws IOException {
                return real.name();
            }

            @Override
            public void prepare(String file, Resource content) throws IOException {
                prepared.add(file);
                troubles.getOrDefault(file, () -> {}).happen();
                real.prepare(file, content);
            }

            @Override
            public boolean isPrepared(String file) throws IOException {
                return real.isPrepared(file);
            }

            @Override
            public boolean publish(String file) throws IOException {
                return real.publish(file);
            }
        };
    }
}
