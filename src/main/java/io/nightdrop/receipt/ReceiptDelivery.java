package io.nightdrop.receipt;

import io.nightdrop.database.Durability;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.node.Node;
import io.nightdrop.receipt.Receipt.State;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.ReplyTo;
import io.nightdrop.sftp.ConnectionFailedException;
import io.nightdrop.sftp.HostKeyException;
import io.nightdrop.sftp.LoginRefusedException;
import io.nightdrop.sftp.ServerTrouble;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Hands receipts back: puts a drop's files complete under temporary names, notes that, and only then lets them appear, so that
 * after a cut nobody has to guess whether the sender had a file already and has taken it away.
 */
@Component
public class ReceiptDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(ReceiptDelivery.class);

    /** One drop that breaks off may have a file that the way does not bear; two in a row say that it is the way. */
    private static final int BREAKS_OF_THE_WAY = 2;

    private final Receipts receipts;
    private final DueReceipts due;
    private final Drops drops;
    private final ReceiptFolders folders;
    private final InboxClaims claims;
    private final Node node;
    private final Durability durability;
    private final Clock clock;

    ReceiptDelivery(
            Receipts receipts,
            DueReceipts due,
            Drops drops,
            ReceiptFolders folders,
            InboxClaims claims,
            Node node,
            Durability durability,
            Clock clock) {
        this.receipts = receipts;
        this.due = due;
        this.drops = drops;
        this.folders = folders;
        this.claims = claims;
        this.node = node;
        this.durability = durability;
        this.clock = clock;
    }

    /**
     * Hands back what an inbox's sender has not got yet. What cannot be handed back is noted and left to the next time, and the other
     * drops go on; a server that is away is not asked for every drop.
     *
     * @param stopping whether nothing more is to be begun
     * @param moved is told whenever a part of a receipt has got further
     * @throws io.nightdrop.node.LeaseLostException when another process does it by now
     */
    public Delivery deliver(Inbox inbox, BooleanSupplier stopping, Runnable moved) {
        ReplyTo replyTo = inbox.settings().replyTo();
        if (replyTo == null) {
            return Delivery.NOTHING;
        }
        int open = waiting(inbox);
        if (open == 0) {
            return Delivery.NOTHING;
        }
        String name = ":receipts:" + inbox.name();
        Optional<InboxClaims.Claim> claimed = claims.claim(name);
        if (claimed.isEmpty()) {
            String who = claims.holder(name).orElse("another process");
            return new Delivery(0, open, who + " is handing them back", Delivery.End.ELSEWHERE);
        }
        try (InboxClaims.Claim claim = claimed.get()) {
            return new Round(claim, folders.of(inbox, replyTo), moved).deliver(receipts.open(inbox.name()), stopping);
        }
    }

    /** How many files an inbox's sender has not got yet. */
    public int waiting(Inbox inbox) {
        return receipts.open(inbox.name()).size();
    }

    private final class Round {
        private final InboxClaims.Claim claim;
        private final ReceiptFolder folder;
        private final Runnable moved;
        private int handedBack;
        private int waiting;
        private @Nullable String trouble;
        private int breaksInARow;
        private boolean away;
        private boolean refused;

        Round(InboxClaims.Claim claim, ReceiptFolder folder, Runnable moved) {
            this.claim = claim;
            this.folder = folder;
            this.moved = moved;
        }

        Delivery deliver(List<Receipt> open, BooleanSupplier stopping) {
            Map<Long, List<Receipt>> byDrop =
                    open.stream().collect(Collectors.groupingBy(Receipt::dropKey, TreeMap::new, Collectors.toList()));
            for (Map.Entry<Long, List<Receipt>> one : byDrop.entrySet()) {
                if (stopping.getAsBoolean()) {
                    break;
                }
                if (away) {
                    waiting += one.getValue().size();
                } else {
                    tryToHandBack(drops.get(one.getKey()), one.getValue());
                }
            }
            return new Delivery(handedBack, waiting, trouble, refused ? Delivery.End.REFUSED : Delivery.End.TRIED);
        }

        private void tryToHandBack(Drop drop, List<Receipt> files) {
            try {
                handBack(drop, files);
                handedBack += files.size();
                breaksInARow = 0;
            } catch (IOException failure) {
                judge(failure);
                failed(files, failure);
            } catch (LeaseLostException | DataAccessException | TransactionException ours) {
                throw ours;
            } catch (RuntimeException failure) {
                LOG.error("The receipts of {} could not be handed back", drop.name(), failure);
                failed(files, failure);
            }
        }

        /** What is about a file is its drop's trouble; the rest may be about the way to all of them. */
        private void judge(IOException failure) {
            refused = failure instanceof LoginRefusedException || failure instanceof HostKeyException;
            breaksInARow = failure instanceof FileSystemException ? 0 : breaksInARow + 1;
            away = refused
                    || breaksInARow == BREAKS_OF_THE_WAY
                    || (failure instanceof ConnectionFailedException broken && !broken.wasConnected());
        }

        private void failed(List<Receipt> files, Exception failure) {
            String message = String.valueOf(failure.getMessage()).replaceAll("\\s+", " ");
            String why = failure instanceof ServerTrouble
                    ? message
                    : failure.getClass().getSimpleName() + ": " + message;
            receipts.troubled(files, why);
            waiting += files.size();
            trouble = trouble == null ? why : trouble;
        }

        private void handBack(Drop drop, List<Receipt> files) throws IOException {
            String place = folder.name();
            List<Receipt> hidden = files.stream()
                    .filter(file -> file.state() == State.DUE || !place.equals(file.place()))
                    .toList();
            prepare(drop, hidden, place);
            if (!hidden.isEmpty()) {
                receipts.prepared(claim, hidden, place);
                durability.settle();
            }
            publish(drop, files, hidden, place);
            receipts.handedBack(claim, files, Timestamps.now(clock));
        }

        /** Each file is noted at once: a way that breaks off again and again gets every drop across in the end. */
        private void prepare(Drop drop, List<Receipt> hidden, String place) throws IOException {
            for (Receipt file : hidden) {
                if (!place.equals(file.place())) {
                    Resource content = due.content(drop, file.file());
                    node.ensureAlive();
                    folder.prepare(name(drop, file), new WatchedContent(content, moved));
                    receipts.laid(claim, List.of(file), place);
                }
            }
        }

        /**
         * Lets them appear in their order. When one cannot, it is noted which have surely not appeared: should somebody remove them before
         * the next try, nobody takes them for handed back.
         */
        private void publish(Drop drop, List<Receipt> files, List<Receipt> hidden, String place) throws IOException {
            for (int number = 0; number < files.size(); number++) {
                Receipt file = files.get(number);
                List<Receipt> rest = files.subList(number, files.size());
                node.ensureAlive();
                boolean appeared;
                try {
                    appeared = folder.publish(name(drop, file));
                } catch (IOException failure) {
                    receipts.laid(claim, stillHidden(drop, rest, hidden, failure), place);
                    durability.settle();
                    throw failure;
                }
                if (!appeared && hidden.contains(file)) {
                    receipts.lost(claim, rest.stream().filter(hidden::contains).toList());
                    durability.settle();
                    throw new NoSuchFileException(
                            name(drop, file), null, "somebody has removed it before it could appear");
                }
                moved.run();
            }
        }

        /** Those that were hidden and not tried, and those that can be seen to lie there; a connection that broke off shows nothing. */
        private List<Receipt> stillHidden(Drop drop, List<Receipt> rest, List<Receipt> hidden, IOException failure) {
            Receipt tried = rest.get(0);
            return rest.stream()
                    .filter(file -> (hidden.contains(file) && !file.equals(tried))
                            || (failure instanceof FileSystemException && isPrepared(drop, file)))
                    .toList();
        }

        private boolean isPrepared(Drop drop, Receipt file) {
            try {
                return folder.isPrepared(name(drop, file));
            } catch (IOException unknown) {
                return false;
            }
        }

        private String name(Drop drop, Receipt file) {
            return drop.name() + "." + file.file();
        }
    }
}
