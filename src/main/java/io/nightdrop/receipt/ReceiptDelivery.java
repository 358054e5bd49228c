package io.nightdrop.receipt;

import io.nightdrop.database.Durability;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.receipt.Receipt.State;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.ReplyTo;
import io.nightdrop.settings.SftpSettings;
import io.nightdrop.sftp.SftpServers;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Hands receipts back: puts a drop's files complete under temporary names, notes that, and only then lets them appear, so that
 * after a cut nobody has to guess whether the sender had a file already and has taken it away.
 */
@Component
public class ReceiptDelivery {

    private final Receipts receipts;
    private final DueReceipts due;
    private final Drops drops;
    private final SftpServers servers;
    private final InboxClaims claims;
    private final Durability durability;
    private final Clock clock;

    ReceiptDelivery(
            Receipts receipts,
            DueReceipts due,
            Drops drops,
            SftpServers servers,
            InboxClaims claims,
            Durability durability,
            Clock clock) {
        this.receipts = receipts;
        this.due = due;
        this.drops = drops;
        this.servers = servers;
        this.claims = claims;
        this.durability = durability;
        this.clock = clock;
    }

    /**
     * Hands back what an inbox's sender has not got yet. What cannot be handed back is noted and left to the next time; a server that
     * is away is not asked for every file.
     *
     * @param stopping whether nothing more is to be begun
     * @throws io.nightdrop.node.LeaseLostException when another process does it by now
     */
    public Delivery deliver(Inbox inbox, BooleanSupplier stopping) {
        ReplyTo replyTo = inbox.settings().replyTo();
        if (replyTo == null || receipts.open(inbox.name()).isEmpty()) {
            return Delivery.NOTHING;
        }
        Optional<InboxClaims.Claim> claimed = claims.claim(":receipts:" + inbox.name());
        if (claimed.isEmpty()) {
            return Delivery.NOTHING;
        }
        try (InboxClaims.Claim claim = claimed.get()) {
            return new Round(claim, folder(inbox, replyTo)).deliver(receipts.open(inbox.name()), stopping);
        }
    }

    private ReceiptFolder folder(Inbox inbox, ReplyTo replyTo) {
        SftpSettings sftp = inbox.settings().sftp();
        if (replyTo.isLocal() || sftp == null) {
            return new LocalReceiptFolder(replyTo.local());
        }
        return new RemoteReceiptFolder(
                sftp.url(replyTo.remote()), servers.of(sftp).folder(replyTo.remote()));
    }

    private final class Round {
        private final InboxClaims.Claim claim;
        private final ReceiptFolder folder;
        private int handedBack;
        private int waiting;
        private @Nullable String trouble;
        private boolean away;

        Round(InboxClaims.Claim claim, ReceiptFolder folder) {
            this.claim = claim;
            this.folder = folder;
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
            return new Delivery(handedBack, waiting, trouble);
        }

        /** What is not about a file is about the way to all of them. */
        private void tryToHandBack(Drop drop, List<Receipt> files) {
            try {
                handBack(drop, files);
                handedBack += files.size();
            } catch (IOException failure) {
                String why = failure.getClass().getSimpleName() + ": "
                        + String.valueOf(failure.getMessage()).replaceAll("\\s+", " ");
                receipts.troubled(files, why);
                waiting += files.size();
                trouble = trouble == null ? why : trouble;
                away = !(failure instanceof FileSystemException);
            }
        }

        private void handBack(Drop drop, List<Receipt> files) throws IOException {
            String place = folder.name();
            List<Receipt> fresh = new ArrayList<>();
            for (Receipt file : files) {
                if (file.state() != State.PREPARED || !place.equals(file.place())) {
                    folder.prepare(name(drop, file), due.content(drop, file.file()));
                    fresh.add(file);
                }
            }
            if (!fresh.isEmpty()) {
                receipts.prepared(claim, fresh, place);
                durability.settle();
            }
            for (Receipt file : files) {
                boolean appeared = folder.publish(name(drop, file));
                if (!appeared && fresh.contains(file)) {
                    receipts.lost(claim, file);
                    throw new NoSuchFileException(
                            name(drop, file), null, "somebody has removed it before it could appear");
                }
            }
            receipts.handedBack(claim, files, Timestamps.now(clock));
        }

        private String name(Drop drop, Receipt file) {
            return drop.name() + "." + file.file();
        }
    }
}
