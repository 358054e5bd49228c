package io.nightdrop.cli;

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

/** The progress of long work: a bar with rate and remaining time on a terminal, a line at times in a log. */
final class Progress implements AutoCloseable {

    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration LINE_EVERY = Duration.ofSeconds(30);

    /** A terminal shows one bar at a time; drops of other inboxes go on without. */
    private static final AtomicBoolean BAR_TAKEN = new AtomicBoolean();

    private final String task;
    private final String unit;
    private final PrintWriter err;
    private final long start = System.nanoTime();
    private @Nullable ProgressBar bar;
    private long total;
    private long done;
    private long firstWritten;
    private long lastLine = start;

    /**
     * Of some work that begins now.
     *
     * @param task what is done, for people
     * @param unit what is counted, in the plural
     */
    Progress(String task, String unit, PrintWriter err) {
        this.task = Output.clean(task);
        this.unit = unit;
        this.err = err;
    }

    /** So many more; what is done within two seconds shows nothing. */
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
                    Locale.ROOT, "%s: %,d of %,d %s, %,.0f a second", task, done, total, unit, done / seconds));
            err.flush();
        }
    }

    private void openBar() {
        if (Ansi.AUTO.enabled() && BAR_TAKEN.compareAndSet(false, true)) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                    .setUnit(" " + unit, 1)
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
