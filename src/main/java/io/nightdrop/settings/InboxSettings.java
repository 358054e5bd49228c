package io.nightdrop.settings;

import io.nightdrop.manifest.Reading;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * One inbox.
 *
 * @param directory the watched local directory; sub-folders count; this or {@code sftp}
 * @param sftp the watched directory of an SFTP server; sub-folders count
 * @param schedule when {@code watch} looks: a Spring cron expression, or the pause between two looks such as {@code 30s}
 * @param zone the time zone of a cron expression; the machine's by default
 * @param manifests globs of the names that are manifests; {@code <drop id>.corrections.csv}, {@code .tsv} and {@code .jsonl} always are; every other file is a
 *     possible companion
 * @param operation what every manifest of this inbox asks for; {@code auto}: the manifest's keys or header row say it
 * @param charset what the bytes of CSV, TSV and tagged manifests are, where no byte order mark says it
 * @param preset a sender that is known: its manifests' names, format, operation and columns; {@code columns} go before
 * @param columns how our columns are filled from those of the sender's CSV, TSV or tagged manifests
 * @param extraColumns what becomes of columns that nothing reads, in an inbox with {@code columns} or a {@code preset}
 * @param readyWhen when a drop is ready to be taken in
 * @param settle how long manifest and companions must lie unchanged
 * @param waitForCompanions how long a manifest waits for companions that are not there; then it goes ahead without them
 * @param scopes what the inbox's sender is allowed to do
 * @param writer where batches go: {@code vault}, or the name of a partner under {@code nightdrop.partners}
 * @param after what becomes of the sender's files once their results are committed
 * @param replyTo the folder that receives the results for the sender; none by default
 * @param maxFileSize the largest content of one document
 * @param maxItems the most items in one manifest, or {@code unlimited}
 * @param verifyContent whether a content must be what its name's extension promises
 * @param zip what a ZIP may hold at most
 * @param retryFor how long after its first failure {@code watch} tries a failed drop again by itself
 * @param expectBy by when a drop is expected, such as {@code "06:00"} in {@code zone}; when none has been taken in by then, that is told
 * @param expectDays the days on which one is expected, such as {@code MON-FRI}; null for every day
 * @param roster what a roster of users lists: {@code delta}, whom something has changed for; {@code bulk}, everybody, so that whom it leaves out is unlinked
 * @param removalLimit how many of its users a bulk roster may leave out; beyond it the drop is rejected
 * @param people the e-mail addresses that are told what became of each drop; nobody by default
 * @param notifyOf of which drops they are told: all, or only those with failures
 */
public record InboxSettings(
        @Nullable Path directory,
        @Nullable SftpSettings sftp,
        @DefaultValue("30s") LookSchedule schedule,
        @Nullable ZoneId zone,

        @DefaultValue({"*manifest*.{json,jsonl,csv,tsv}", "*.zip"}) @NotEmpty
        List<String> manifests,

        @DefaultValue("auto") String operation,
        @DefaultValue("UTF-8") Charset charset,
        @DefaultValue("none") Preset preset,
        @DefaultValue List<ColumnSettings> columns,
        @DefaultValue("metadata") ExtraColumns extraColumns,
        @DefaultValue("settled") ReadyWhen readyWhen,
        @DefaultValue("10s") Duration settle,
        @DefaultValue("12h") Duration waitForCompanions,
        @DefaultValue List<String> scopes,
        @DefaultValue("vault") String writer,
        @DefaultValue("archive") After after,
        @Nullable ReplyTo replyTo,
        @DefaultValue("10MB") DataSize maxFileSize,
        @DefaultValue("unlimited") ItemLimit maxItems,
        @DefaultValue("true") boolean verifyContent,
        @DefaultValue @Valid ZipLimits zip,
        @DefaultValue("24h") Duration retryFor,
        @Nullable TimeOfDay expectBy,
        @Nullable List<String> expectDays,
        @DefaultValue("delta") RosterKind roster,
        @DefaultValue("10%") RemovalLimit removalLimit,

        @Name("notify") @DefaultValue // a record may not have a component of that name
        List<String> people,

        @DefaultValue("all") NotifyOf notifyOf) {

    /** The writer that is always there: the embedded store. */
    public static final String VAULT = "vault";

    /** The operation that is whatever a manifest shows. */
    private static final String AUTO = "auto";

    /** The globs of who sets none. */
    private static final List<String> MANIFESTS = List.of("*manifest*.{json,jsonl,csv,tsv}", "*.zip");

    /** Checks that there is one place to watch, and that answers do not arrive where drops do; a preset brings its globs. Names nobody twice. */
    public InboxSettings {
        manifests = manifests.equals(MANIFESTS) && preset != Preset.NONE ? preset.manifests() : manifests;
        if ((directory == null) == (sftp == null)) {
            throw new IllegalArgumentException(
                    directory == null ? "directory or sftp is required" : "directory and sftp are both set: give one");
        }
        if (replyTo != null && !replyTo.isLocal()) {
            if (sftp == null) {
                throw new IllegalArgumentException(
                        "reply-to: sftp: is a directory of the server that the inbox lies on, and this inbox lies on none");
            }
            sftp.checkApart("reply-to", replyTo.remote());
        }
        people = people.stream().map(String::strip).distinct().toList();
    }

    /** When a drop is ready to be taken in. */
    public enum ReadyWhen {
        /** Nothing changed between two looks that are {@code settle} apart. */
        SETTLED,
        /** A file named like the manifest plus {@code .done} is there. */
        DONE_FILE
    }

    /** What a roster of users lists. */
    public enum RosterKind {
        /** Those for whom something has changed. */
        DELTA,
        /** Everybody: whom it leaves out is no user of the inbox any more. */
        BULK
    }

    /** What becomes of columns that nothing reads. */
    public enum ExtraColumns {
        /** They fill the metadata, under their own names, where the operation has any. */
        METADATA,
        /** They are read over. */
        IGNORE
    }

    /** What becomes of the sender's files once their results are committed. */
    public enum After {
        /** They are kept under {@code <home>/archive}. */
        ARCHIVE,
        /** They are deleted. */
        DELETE,
        /** They stay where they are. */
        KEEP
    }

    /** Of which drops people are told. */
    public enum NotifyOf {
        /** Of each that came to its end. */
        ALL,
        /** Of those in which items failed, that were rejected, or that keep failing. */
        FAILURES
    }

    /**
     * What a ZIP may hold at most; beyond it the drop is rejected.
     *
     * @param maxEntries the most entries
     * @param maxSize the most bytes of all entries together, unpacked
     * @param maxRatio the most unpacked bytes for one packed byte, of an entry of more than 10 MB
     */
    public record ZipLimits(
            @DefaultValue("100000") int maxEntries,
            @DefaultValue("10GB") DataSize maxSize,
            @DefaultValue("200") int maxRatio) {}

    /** The folder in the inbox, by its path there, that takes the answers; empty when they go elsewhere. */
    public Optional<String> repliesInside() {
        return replyTo == null || replyTo.isLocal() || sftp == null ? Optional.empty() : sftp.below(replyTo.remote());
    }

    /** By when a drop is expected; empty when it is not. */
    public Optional<Deadlines> deadlines() {
        return Deadlines.of(expectBy, expectDays, zone);
    }

    /** How the sender's manifests are read. */
    public Reading reading() {
        return new Reading(
                charset,
                columns.stream().map(ColumnSettings::rule).toList(),
                preset.rules(),
                extraColumns == ExtraColumns.METADATA,
                preset.declaration());
    }

    /** Whether batches go to the embedded store, not to a partner. */
    public boolean writesToVault() {
        return writer.equals(VAULT);
    }

    /** Whether each manifest says what it asks for. */
    public boolean asksForAnything() {
        return operation.equals(AUTO);
    }

    /** Whether the sender gives its files up, so that they may be moved instead of copied. */
    public boolean givesUp() {
        return after != After.KEEP;
    }
}
