package io.nightdrop.cli;

import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Outcome;

/** How a command tells a script what came of it; of several the worst counts, in the order fault, rejected, failed. */
enum ExitCode {
    /** All well. */
    WELL(0),
    /** Items failed in some drop. */
    ITEMS_FAILED(3),
    /** A drop was rejected. */
    REJECTED(4),
    /** A fault of the machinery. */
    FAULT(1),
    /** Usage or configuration. */
    USAGE(2);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The worse of the two. */
    ExitCode and(ExitCode other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** What a drop's end means. */
    static ExitCode of(Drop drop) {
        if (drop.state() != DropState.DONE) {
            return drop.state() == DropState.STOPPED ? WELL : FAULT;
        }
        if (drop.outcome() == Outcome.REJECTED) {
            return REJECTED;
        }
        return drop.outcome() == Outcome.COMPLETED_WITH_FAILURES ? ITEMS_FAILED : WELL;
    }
}
