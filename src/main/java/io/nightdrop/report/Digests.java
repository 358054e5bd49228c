package io.nightdrop.report;

import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Requests;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Says in a few words what became of a drop. */
@Component
public class Digests {

    private final ItemResults results;
    private final Requests requests;
    private final Operations operations;

    Digests(ItemResults results, Requests requests, Operations operations) {
        this.results = results;
        this.requests = requests;
        this.operations = operations;
    }

    /** What became of a drop that has its outcome. */
    public Digest of(Drop drop) {
        Operation operation = drop.operation() == null ? null : operations.get(drop.operation());
        long succeeded = drop.succeeded() == null ? 0 : drop.succeeded();
        long failed = drop.failed() == null ? 0 : drop.failed();
        long refused =
                operation == null || operation.layout().requests() == null ? 0 : requests.countRefused(drop.key());
        long inDoubt = failed == 0 ? 0 : results.countInDoubt(drop.key());
        Outcome outcome = drop.outcome() == null ? Outcome.REJECTED : drop.outcome();
        return new Digest(
                headline(outcome, succeeded, failed, refused) + doubts(failed, inDoubt),
                succeeded,
                failed,
                inDoubt,
                refused,
                failed == 0 ? List.of() : codes(drop, operation),
                refusal(drop.refusal(), operation));
    }

    private static String headline(Outcome outcome, long succeeded, long failed, long refused) {
        return switch (outcome) {
            case COMPLETED ->
                succeeded == 1 ? "The one item succeeded" : "All " + number(succeeded) + " items succeeded";
            case COMPLETED_WITH_FAILURES -> failures(succeeded, failed, refused);
            case REJECTED -> "The drop was refused; nothing was processed";
            case DUPLICATE -> "This drop was already done; nothing was run";
        };
    }

    private static String failures(long succeeded, long failed, long refused) {
        if (failed == 0) {
            return refused == 1 ? "A request without items was refused" : number(refused) + " requests were refused";
        }
        if (succeeded > 0) {
            return number(failed) + " of " + number(succeeded + failed) + " items failed";
        }
        return failed == 1 ? "The one item failed" : "None of the " + number(failed) + " items succeeded";
    }

    private static String doubts(long failed, long inDoubt) {
        if (inDoubt == 0) {
            return "";
        }
        return inDoubt == failed
                ? ": nobody knows whether the partner has them"
                : ", " + number(inDoubt) + " of them in doubt";
    }

    private List<Digest.Code> codes(Drop drop, @Nullable Operation operation) {
        return results.codes(drop.key()).entrySet().stream()
                .map(code -> new Digest.Code(code.getKey(), code.getValue(), advice(operation, code.getKey())))
                .toList();
    }

    private static String advice(@Nullable Operation operation, String code) {
        if (code.equals(ItemResult.IN_DOUBT)) {
            return "Do not drop these again: the partner may have them. The operator of the inbox asks it and settles them; then this report is"
                    + " made again.";
        }
        if (code.equals(ItemResult.NOT_TAKEN)) {
            return "The partner does not have these, and they are not sent again by themselves. To have them sent, drop the corrections.";
        }
        return operation == null ? "" : operation.advice(code);
    }

    private static Digest.@Nullable Code refusal(@Nullable Refusal refusal, @Nullable Operation operation) {
        return refusal == null
                ? null
                : new Digest.Code(refusal.code(), 1, operation == null ? "" : operation.refusalAdvice(refusal.code()));
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
