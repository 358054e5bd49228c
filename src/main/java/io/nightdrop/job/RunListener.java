package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Look;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.receipt.Delivery;
import io.nightdrop.result.Drop;
import io.nightdrop.time.CronTimes;
import java.time.Instant;
import java.util.List;

/** Is told what happens while inboxes are looked at and drops are run; may be called by several threads at once. */
public interface RunListener {

    /** Nobody listens. */
    RunListener NONE = new RunListener() {};

    /** A drop's run begins or goes on. */
    default void started(Drop drop) {}

    /** So many more of its items have their result. */
    default void written(Drop drop, long items) {}

    /** A drop is done, or its run ended with a fault or a stop. */
    default void ended(Drop drop) {}

    /** An inbox was not looked at, because somebody else works on it. */
    default void busy(Inbox inbox, String who) {}

    /** An inbox was looked at for a moment of its schedule that had been missed. */
    default void late(Inbox inbox, CronTimes.Moment missed) {}

    /** An inbox got no drop by the time that it expects one; these wait there. */
    default void missing(Inbox inbox, Instant due, List<Sighting> waiting) {}

    /** The drop that had been missing came after all. */
    default void came(Inbox inbox, Instant due, Drop drop) {}

    /** An inbox was looked at; these still wait. */
    default void looked(Inbox inbox, Look look) {}

    /** Applicants and people were told what was due. */
    default void mailed(Mailed mailed) {}

    /** An inbox's sender got what was due, or could not get it. */
    default void handedBack(Inbox inbox, Delivery delivery) {}

    /** An inbox could not be worked on; why, in a line for people. */
    default void failed(Inbox inbox, String why) {}
}
