package io.nightdrop.cli;

import io.nightdrop.result.Drop;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** A drop's progress: a bar with rate and remaining time on a terminal, a line at times in a log. */
final class Progress implements AutoCloseable {

    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration LINE_EVERY = Duration.ofSeconds(30);

    /** A terminal shows one bar at a time; drops of other inboxes go on without. */
    private static final AtomicBoolean BAR_TAKEN = new AtomicBoolean();

    private final Drop drop;
    private final PrintWriter err;
    private final long start = System.nanoTime();
    private @Nullable ProgressBar bar;
    private long total;
    private long done;
    private long firstWritten;
    private long lastLine = start;

    Progress(Drop drop, PrintWriter err) {
        this.drop = drop;
        this.err = err;
    }

    /** So many more; a drop that is done within two seconds shows nothing. */
    synchronized void step(long items, LongSupplier count) {
        long now = System.nanoTime();
        if (done == 0) {
            firstWritten = now;
        }
        done += items;
        if (now - start < QUIET.toNanos()) {
            return;
        }
        if (total == 0) {
            total = count.getAsLong();
            openBar();
        }
        if (bar != null) {
            bar.stepTo(done);
        } else if (now - lastLine > LINE_EVERY.toNanos()) {
            lastLine = now;
            double seconds = (now - firstWritten) / 1e9;
            err.println(String.format(
                    Locale.ROOT,
                    "%s: %,d of %,d items, %,.0f a second",
                    Output.clean(drop.name()),
                    done,
                    total,
                    done / seconds));
            err.flush();
        }
    }

    private void openBar() {
        if (Ansi.AUTO.enabled() && BAR_TAKEN.compareAndSet(false, true)) {
            bar = new ProgressBarBuilder()
                    .setTaskName(Output.clean(drop.name()))
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                    .setUnit(" items", 1)
                    .showSpeed()
                    .clearDisplayOnFinish()
                    .build();
        }
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
            BAR_TAKEN.set(false);
        }
    }
}
