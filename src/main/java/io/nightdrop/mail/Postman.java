package io.nightdrop.mail;

import io.nightdrop.database.Durability;
import io.nightdrop.settings.NotifySettings;
import io.nightdrop.time.Timestamps;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;

/**
 * Sends what is due of an outbox, in batches over one connection. A batch is claimed, put on disk, sent, and recorded; when
 * its process dies in between, what it had claimed is sent again once the lease has ended, under the same Message-ID.
 * Without a mail server the messages are left in their table, marked as such. One pass runs at a time.
 *
 * @param <M> the messages
 */
public class Postman<M extends Outgoing> {

    /** The first pause of {@link #sendPatiently}. */
    protected static final Duration PAUSE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Postman.class);

    private static final int BATCH = 50;

    /** So many ids are looked up at once. */
    private static final int PAGE = 1000;

    /** No other process touches a claimed message for so long; a batch sends nothing more in the second half of it. */
    private static final Duration LEASE = Duration.ofMinutes(10);

    /** So many messages in a row that lose the connection mean that the server as a whole is the trouble. */
    private static final int MAX_LOST = 3;

    private static final int MORE_TRIES = 2;

    private final Outbox<M> outbox;
    private final Letters<M> letters;
    private final Durability durability;
    private final Clock clock;
    private final NotifySettings settings;
    private final @Nullable MailServer server;
    private final Duration pause;

    /**
     * Sends the messages of an outbox.
     *
     * @param pause how long {@link #sendPatiently} waits before it tries again; the second time twice as long
     */
    protected Postman(
            Outbox<M> outbox,
            Letters<M> letters,
            Durability durability,
            Clock clock,
            NotifySettings settings,
            Duration pause) {
        this.outbox = outbox;
        this.letters = letters;
        this.durability = durability;
        this.clock = clock;
        this.settings = settings;
        this.server = settings.smtp() == null ? null : new MailServer(settings.smtp());
        this.pause = pause;
    }

    /**
     * Sends all that is due now.
     *
     * @param stopping asked before each message; once it says yes the pass ends, and what is left stays due
     * @return what came of it; trouble with the mail server is a part of that, not an exception
     */
    public final synchronized Pass send(BooleanSupplier stopping) {
        Tally tally = new Tally();
        round(tally, stopping, null);
        return tally.pass();
    }

    /** The same with up to two more tries for what does not go through at once, after the pause and after twice that time. */
    public final synchronized Pass sendPatiently(BooleanSupplier stopping) {
        Tally tally = new Tally();
        RetryTemplate retry = new RetryTemplate(RetryPolicy.builder()
                .maxRetries(MORE_TRIES)
                .delay(pause)
                .multiplier(2)
                .predicate(failure -> failure instanceof NotThrough && !stopping.getAsBoolean())
                .build());
        try {
            retry.execute(() -> {
                round(tally, stopping, ++tally.rounds > MORE_TRIES ? null : pause);
                if (tally.later > 0 || tally.mayComeBack) {
                    throw new NotThrough();
                }
                return tally;
            });
        } catch (RetryException given) {
            if (!(given.getCause() instanceof NotThrough)) {
                throw given.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(given);
            }
        }
        return tally.pass();
    }

    /**
     * Sends nothing, because the mail server has just been found to take nothing: what is due stays so, with the reason on record.
     *
     * @param trouble what was found; null when nobody said
     */
    public final synchronized Pass postpone(@Nullable String trouble) {
        Tally tally = new Tally();
        tally.serverDown = true;
        tally.trouble = trouble == null ? "the mail server takes nothing" : trouble;
        giveUpOld(tally, Timestamps.now(clock));
        durability.settle();
        return tally.pass();
    }

    /** Something was not told that another try might tell. */
    private static final class NotThrough extends Exception {
        private static final long serialVersionUID = 1L;

        NotThrough() {
            super(null, null, false, false);
        }
    }

    /** What comes of a pass while it runs. */
    private final class Tally {
        private int rounds;
        private long sent;
        private long inApp;
        private long undeliverable;
        private long later;
        private int lost;
        private @Nullable String trouble;
        private boolean serverDown;
        private boolean mayComeBack;

        private void add(Settlement settlement) {
            switch (settlement.state()) {
                case SENT -> sent++;
                case UNDELIVERABLE -> undeliverable++;
                default -> later += settlement.attempts();
            }
        }

        private Pass pass() {
            long waiting = outbox.waiting();
            String why = waiting == 0 ? null : trouble == null ? outbox.waitingTrouble() : trouble;
            return new Pass(sent, inApp, undeliverable, waiting, why, serverDown);
        }
    }

    /** Every due message once. With a pause, what is not taken now may be tried again after it, else when its time comes. */
    private void round(Tally tally, BooleanSupplier stopping, @Nullable Duration soon) {
        tally.later = 0;
        tally.lost = 0;
        tally.serverDown = false;
        tally.mayComeBack = false;
        tally.trouble = null;
        if (server == null) {
            tally.inApp += outbox.leaveInApp(Timestamps.now(clock));
            return;
        }
        Instant due = Timestamps.now(clock);
        new Round(server, tally, stopping, soon, due).run();
        if (tally.serverDown) {
            giveUpOld(tally, due);
        }
        durability.settle();
    }

    private void giveUpOld(Tally tally, Instant due) {
        Instant now = Timestamps.now(clock);
        tally.undeliverable +=
                outbox.serverDown(due, now.minus(settings.giveUpAfter()), now, String.valueOf(tally.trouble));
    }

    /** One walk through all that is due, over one connection as long as that lasts. */
    private final class Round {
        private final MailServer server;
        private final Tally tally;
        private final BooleanSupplier stopping;
        private final @Nullable Duration soon;
        private final Instant due;
        private MailServer.@Nullable Connection connection;

        Round(MailServer server, Tally tally, BooleanSupplier stopping, @Nullable Duration soon, Instant due) {
            this.server = server;
            this.tally = tally;
            this.stopping = stopping;
            this.soon = soon;
            this.due = due;
        }

        void run() {
            try {
                List<UUID> page = outbox.due(due, PAGE);
                while (!page.isEmpty() && batches(page)) {
                    page = outbox.due(due, PAGE);
                }
            } finally {
                disconnect();
            }
        }

        /** Whether there may be more: not when everything stops, nor when another process has all that is due. */
        private boolean batches(List<UUID> page) {
            boolean claimed = false;
            for (int from = 0; from < page.size() && goesOn(); from += BATCH) {
                claimed |= batch(page.subList(from, Math.min(from + BATCH, page.size())));
            }
            return claimed && goesOn();
        }

        private boolean goesOn() {
            return !tally.serverDown && !stopping.getAsBoolean();
        }

        private boolean batch(List<UUID> ids) {
            Instant lease = Timestamps.now(clock).plus(LEASE);
            List<M> claimed = outbox.claim(ids, due, lease);
            if (claimed.isEmpty()) {
                return false;
            }
            durability.settle(); // what is told must not be undone by a power cut
            Instant last = lease.minus(LEASE.dividedBy(2));
            List<Settlement> settlements =
                    claimed.stream().map(one -> settle(one, last)).toList();
            outbox.record(lease, Timestamps.now(clock), settlements);
            return true;
        }

        private Settlement settle(M one, Instant last) {
            boolean over = tally.serverDown
                    || stopping.getAsBoolean()
                    || clock.instant().isAfter(last);
            Settlement settlement = over ? Settlement.released(one) : tell(one);
            tally.add(settlement);
            return settlement;
        }

        private Settlement tell(M one) {
            Mail mail;
            try {
                mail = mail(one);
            } catch (AddressException wrong) {
                return Settlement.undeliverable(one, Verdict.words(wrong));
            }
            MailServer.Connection open;
            try {
                open = connect();
            } catch (MessagingException failure) {
                return serverDown(one, Verdict.ofConnecting(failure), failure);
            }
            try {
                open.send(mail);
                tally.lost = 0;
                return Settlement.sent(one);
            } catch (MessagingException failure) {
                return notTaken(one, Verdict.ofSending(failure), failure);
            }
        }

        private Settlement notTaken(M one, Verdict verdict, MessagingException failure) {
            LOG.debug("The message {} was not taken", one.id(), failure);
            return switch (verdict.kind()) {
                case REFUSED -> Settlement.undeliverable(one, verdict.words());
                case SERVER -> serverDown(one, verdict, failure);
                case LATER -> later(one, verdict.words());
                case LOST -> {
                    disconnect();
                    tally.lost++;
                    if (tally.lost >= MAX_LOST) {
                        down(verdict, true);
                    }
                    yield later(one, verdict.words());
                }
            };
        }

        private Settlement later(M one, String words) {
            Instant now = Timestamps.now(clock);
            if (!now.isBefore(one.createdAt().plus(settings.giveUpAfter()))) {
                return Settlement.undeliverable(one, "given up: " + words);
            }
            tally.trouble = words;
            Duration wait = soon == null
                    ? Backoff.after(
                            one.attempts() + 1, ThreadLocalRandom.current().nextDouble())
                    : soon;
            return Settlement.later(one, now.plus(wait), words);
        }

        private Settlement serverDown(M one, Verdict verdict, MessagingException failure) {
            LOG.debug("The mail server cannot be used", failure);
            down(verdict, !(failure instanceof AuthenticationFailedException));
            return Settlement.released(one);
        }

        private void down(Verdict verdict, boolean mayComeBack) {
            tally.serverDown = true;
            tally.mayComeBack = mayComeBack;
            tally.trouble = verdict.words();
        }

        private Mail mail(M one) throws AddressException {
            Letter letter = letters.write(one);
            InternetAddress from = new InternetAddress(String.valueOf(settings.from()));
            try {
                return new Mail(server.getSession(), from, one.id(), letter, Timestamps.now(clock));
            } catch (MessagingException ours) {
                throw new IllegalStateException("The message " + one.id() + " cannot be made a mail", ours);
            }
        }

        private MailServer.Connection connect() throws MessagingException {
            MailServer.Connection open = connection;
            if (open != null && !open.isOpen()) {
                disconnect();
                open = null;
            }
            if (open == null) {
                open = server.new Connection();
                connection = open;
            }
            return open;
        }

        private void disconnect() {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }
    }
}
