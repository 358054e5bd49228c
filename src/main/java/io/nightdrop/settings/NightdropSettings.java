package io.nightdrop.settings;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.validation.annotation.Validated;

/**
 * All of {@code nightdrop.*}. A key that is not here stops the start.
 *
 * @param home the directory that holds all that Nightdrop keeps on disk: the embedded database, the vault, work, archive
 *     and reports; made when it is not there
 * @param lease how long a process that shares the database counts as alive without a sign of life; at least 2 s
 * @param retry how faults that pass are tried again inside a run
 * @param inboxes the watched places by their names, in no order
 * @param notifications how applicants are told what is asked of them
 */
@ConfigurationProperties(prefix = "nightdrop", ignoreUnknownFields = false)
@Validated
public record NightdropSettings(
        @DefaultValue("./data") @NotNull Path home,
        @DefaultValue("30s") @DurationMin(seconds = 2) Duration lease,
        @DefaultValue @Valid RetrySettings retry,
        @DefaultValue Map<String, @Valid InboxSettings> inboxes,

        @Name("notify") @DefaultValue // a record may not have a component of that name
        NotifySettings notifications) {

    /** Home as an absolute, normalised path. */
    public NightdropSettings {
        home = home.toAbsolutePath().normalize();
        inboxes.keySet().forEach(NightdropSettings::checkName);
    }

    private static void checkName(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,99}")) {
            throw new IllegalArgumentException("nightdrop.inboxes." + name
                    + ": an inbox's name has letters, digits, '-' and '_' only, at most 100");
        }
    }

    /** Where the embedded database lies. */
    public Path database() {
        return home.resolve("db");
    }

    /** Where the bytes of documents lie. */
    public Path vault() {
        return home.resolve("vault");
    }

    /** Where drops lie that were taken in and are not done yet, a folder for each. */
    public Path work() {
        return home.resolve("work");
    }

    /** Where manifests lie that were fetched to see whether their drops are ready, a folder for each inbox; may be deleted at any time. */
    public Path looks() {
        return home.resolve("looks");
    }

    /** Where the sources of finished drops lie. */
    public Path archive() {
        return home.resolve("archive");
    }

    /** Where the reports lie. */
    public Path reports() {
        return home.resolve("reports");
    }
}
