package io.nightdrop.job;

import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.Verdict;
import io.nightdrop.partner.ItemReply;
import io.nightdrop.partner.Reply;
import io.nightdrop.result.ItemResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a partner's answer means for one item. */
final class PartnerVerdicts {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PartnerVerdicts() {}

    /**
     * The verdict on an item.
     *
     * @param place its place among the items that were sent, from 0
     */
    static Verdict of(Reply reply, int place) {
        if (reply instanceof Reply.Answered answered) {
            return of(answered.items().get(place));
        }
        if (reply instanceof Reply.Refused refused) {
            return failed(refused.code(), refused.message(), null);
        }
        if (reply instanceof Reply.TooLarge large) {
            return failed(large.code(), large.message(), null);
        }
        if (reply instanceof Reply.Doubt doubt) {
            return inDoubt(doubt.reason());
        }
        throw new IllegalStateException("An item cannot end with " + reply);
    }

    private static Verdict of(ItemReply reply) {
        if (reply instanceof ItemReply.Succeeded succeeded) {
            return new Verdict.Succeeded(told(succeeded.detail()));
        }
        if (reply instanceof ItemReply.Failed failed) {
            return failed(failed.code(), failed.message(), told(failed.detail()));
        }
        return inDoubt(((ItemReply.InDoubt) reply).reason());
    }

    private static @Nullable ObjectNode told(@Nullable String detail) {
        return detail == null ? null : (ObjectNode) JSON.readTree(detail);
    }

    /** Our own code is not to be had from others. */
    private static Verdict failed(String code, String message, @Nullable ObjectNode told) {
        String safe = code.equals(ItemResult.IN_DOUBT) ? ItemReply.NO_CODE : code;
        return new Verdict.Failed(new ItemError(safe, message), told);
    }

    private static Verdict inDoubt(String reason) {
        return new Verdict.Failed(
                new ItemError(
                        ItemResult.IN_DOUBT, "Nobody knows whether the partner has taken this item: " + reason + "."),
                null);
    }
}
