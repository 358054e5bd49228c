package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import io.nightdrop.partner.Courier;
import io.nightdrop.partner.Partner;
import io.nightdrop.partner.PartnerRequest;
import io.nightdrop.partner.PartnerRequests;
import io.nightdrop.partner.Partners;
import io.nightdrop.partner.Reply;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.stereotype.Component;

/** Hands items that are in doubt on to their partner once more. */
@Component
class Resending {

    private final DoubtedItems doubted;
    private final PartnerRequests records;
    private final Partners partners;
    private final Courier courier;
    private final LiveSteps live;

    Resending(DoubtedItems doubted, PartnerRequests records, Partners partners, Courier courier, LiveSteps live) {
        this.doubted = doubted;
        this.records = records;
        this.partners = partners;
        this.courier = courier;
        this.live = live;
    }

    /**
     * Sends the items of a request: a whole one under its old name; a part of one, or what is left after a 413, under a new one.
     *
     * @param doubts its items
     * @return whether the request itself was replaced by others, and is over
     * @throws JobInterruptedException when everything is to stop; what was sent has its results
     */
    boolean send(Drop drop, PartnerRequest request, List<ItemResult> doubts)
            throws IOException, InterruptedException, JobInterruptedException {
        Partner partner = partners.get(request.partner());
        boolean asItWas = records.countOf(request.id()) == doubts.size();
        int most = partner.settings().maxItems();
        long bytes = partner.settings().maxBodySize().toBytes();
        List<ItemResult> left = doubts;
        while (!left.isEmpty()) {
            Batch ahead = doubted.restored(drop, left);
            int count = partner.api().cut(doubted.outgoing(drop, ahead).of(ahead.items()), most, bytes);
            asItWas &= count == doubts.size();
            Reply reply = send(drop, partner, left.subList(0, count), asItWas ? request : null);
            if (reply instanceof Reply.TooLarge && count > 1) {
                most = count / 2;
            } else {
                left = left.subList(count, left.size());
            }
        }
        return !asItWas;
    }

    private Reply send(Drop drop, Partner partner, List<ItemResult> doubts, @Nullable PartnerRequest known)
            throws IOException, InterruptedException, JobInterruptedException {
        Batch batch = doubted.restored(drop, doubts);
        long first = known != null ? known.firstItem() : doubts.get(0).index();
        long count = known != null
                ? known.itemCount()
                : doubts.get(doubts.size() - 1).index() + 1 - first;
        Optional<Reply> reply = courier.send(
                partner,
                doubted.outgoing(drop, batch).shipment(first, count, batch.items()),
                known,
                live::stopping,
                told -> doubted.settle(drop, batch, doubts, place -> PartnerVerdicts.of(told, place)));
        return reply.orElseThrow(() -> new JobInterruptedException("Stopped before a request was sent again"));
    }
}
