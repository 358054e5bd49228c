package io.nightdrop.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a drop, in a few words and figures for people. Nothing in it comes from the drop's files.
 *
 * @param headline the outcome in a sentence, without its full stop
 * @param succeeded how many items succeeded
 * @param failed how many items failed
 * @param inDoubt how many of them are in doubt
 * @param refused how many requests were refused whole
 * @param codes why items failed, the most frequent first
 * @param refusal why the drop was refused whole; null when it was not
 */
public record Digest(
        String headline,
        long succeeded,
        long failed,
        long inDoubt,
        long refused,
        List<Code> codes,
        @Nullable Code refusal) {

    /**
     * A reason for failures.
     *
     * @param code from the operation's list of codes
     * @param count how many items it is the reason for; of a refusal 1
     * @param advice what can be done about it; empty when nothing is known
     */
    public record Code(String code, long count, String advice) {}
}
