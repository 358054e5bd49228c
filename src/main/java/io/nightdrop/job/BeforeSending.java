package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.operation.Verdict;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import java.util.Optional;

/** What keeps an item from being handed on to a partner: its own error, or the refusal of its request. */
final class BeforeSending {

    private BeforeSending() {}

    static Optional<Verdict> against(Batch batch, StagedItem item) {
        Request request = batch.requests().get(item.request());
        Refusal refusal = request == null ? null : request.refusal();
        if (refusal != null) {
            return Optional.of(new Verdict.Failed(new ItemError(refusal.code(), refusal.message()), null));
        }
        return Optional.ofNullable(item.error()).map(error -> new Verdict.Failed(error, null));
    }
}
