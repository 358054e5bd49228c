package io.nightdrop.settings;

import jakarta.mail.internet.AddressException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
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
 * @param partitions how the items of one drop are written side by side
 * @param inboxes the watched places by their names, in no order
 * @param partners by their names, to whose HTTP APIs batches leave, in no order
 * @param notifications how applicants are told what is asked of them, and the people of an inbox what became of its drops
 */
@ConfigurationProperties(prefix = "nightdrop", ignoreUnknownFields = false)
@Validated
public record NightdropSettings(
        @DefaultValue("./data") @NotNull Path home,
        @DefaultValue("30s") @DurationMin(seconds = 2) Duration lease,
        @DefaultValue @Valid RetrySettings retry,
        @DefaultValue @Valid PartitionSettings partitions,
        @DefaultValue Map<String, @Valid InboxSettings> inboxes,
        @DefaultValue Map<String, @Valid PartnerSettings> partners,

        @Name("notify") @DefaultValue // a record may not have a component of that name
        NotifySettings notifications) {

    /** Makes home absolute and normalised; checks the names, the addresses, the days on which drops are expected, and that each inbox's writer is there and fits. */
    public NightdropSettings {
        home = home.toAbsolutePath().normalize();
        inboxes.keySet().forEach(name -> checkName("inboxes", "an inbox's", name));
        partners.keySet().forEach(name -> checkName("partners", "a partner's", name));
        if (partners.containsKey(InboxSettings.VAULT)) {
            throw new IllegalArgumentException(
                    "nightdrop.partners.vault: 'vault' is the embedded store; give the partner another name");
        }
        for (Map.Entry<String, InboxSettings> inbox : inboxes.entrySet()) {
            checkWriter(inbox.getKey(), inbox.getValue(), partners);
            checkPreset(inbox.getKey(), inbox.getValue(), partners);
            checkPeople(inbox.getKey(), inbox.getValue());
            checkDeadlines(inbox.getKey(), inbox.getValue());
        }
    }

    private static void checkPreset(String name, InboxSettings inbox, Map<String, PartnerSettings> partners) {
        Preset preset = inbox.preset();
        PartnerSettings partner = partners.get(inbox.writer());
        String other = !inbox.asksForAnything()
                ? "this inbox's operation is " + inbox.operation()
                : partner != null
                        ? "its partner '" + inbox.writer() + "' is for "
                                + partner.type().operation()
                        : "";
        if (preset != Preset.NONE && !other.isEmpty() && !other.endsWith(" " + preset.operation())) {
            throw new IllegalArgumentException("nightdrop.inboxes." + name + ".preset: " + preset + " is for "
                    + preset.operation() + ", and " + other);
        }
    }

    private static void checkName(String group, String whose, String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,99}")) {
            throw new IllegalArgumentException("nightdrop." + group + "." + name + ": " + whose
                    + " name has letters, digits, '-' and '_' only, at most 100");
        }
    }

    private static void checkPeople(String name, InboxSettings inbox) {
        for (String address : inbox.people()) {
            try {
                MailAddress.of(address);
            } catch (AddressException wrong) {
                throw new IllegalArgumentException(
                        "nightdrop.inboxes." + name + ".notify: '" + address + "': " + wrong.getMessage());
            }
        }
    }

    private static void checkDeadlines(String name, InboxSettings inbox) {
        try {
            inbox.deadlines();
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("nightdrop.inboxes." + name + "." + wrong.getMessage());
        }
    }

    private static void checkWriter(String name, InboxSettings inbox, Map<String, PartnerSettings> partners) {
        if (inbox.writesToVault()) {
            return;
        }
        String key = "nightdrop.inboxes." + name + ".";
        PartnerSettings partner = partners.get(inbox.writer());
        if (partner == null) {
            throw new IllegalArgumentException(key + "writer: '" + inbox.writer() + "' is neither vault nor a partner; "
                    + (partners.isEmpty()
                            ? "nightdrop.partners has none"
                            : "there are " + String.join(", ", new TreeSet<>(partners.keySet()))));
        }
        String operation = partner.type().operation();
        if (!inbox.asksForAnything() && !inbox.operation().equals(operation)) {
            throw new IllegalArgumentException(key + "writer: the partner '" + inbox.writer() + "' is for " + operation
                    + ", and this inbox's operation is " + inbox.operation());
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
