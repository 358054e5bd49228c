package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.ReplyTo;
import io.nightdrop.settings.SftpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the inboxes that a command means, and refuses those that cannot work. */
final class InboxChoice {

    private static final Logger LOG = LoggerFactory.getLogger(InboxChoice.class);

    private InboxChoice() {}

    /** Those of the names, or all when there is none; each usable. */
    static List<Inbox> usable(Container container, List<String> names) {
        Inboxes inboxes = container.get(Inboxes.class);
        List<Inbox> chosen = named(inboxes, names);
        chosen.forEach(inbox -> check(inbox, container.get(Operations.class), inboxes));
        checkPlaces(inboxes, container.get(NightdropSettings.class).home());
        checkAnswersApart(inboxes);
        return chosen;
    }

    /** Says in the log which of them name people whom nobody can tell anything, as there is no mail server. */
    static void warnOfSilence(Container container, List<Inbox> inboxes) {
        if (container.get(NightdropSettings.class).notifications().smtp() != null) {
            return;
        }
        inboxes.stream()
                .filter(inbox -> !inbox.settings().people().isEmpty())
                .forEach(inbox -> LOG.warn(
                        "nightdrop.inboxes.{}.notify: nothing is sent, because nightdrop.notify.smtp is not set;"
                                + " 'nightdrop notices' lists what would have been",
                        inbox.name()));
    }

    /** Those of the names, or all when there is none, whether they could be used or not. */
    static List<Inbox> named(Inboxes inboxes, List<String> names) {
        List<Inbox> chosen = names.isEmpty() ? inboxes.all() : new ArrayList<>();
        for (String name : names) {
            chosen.add(inboxes.find(name).orElseThrow(() -> unknown(inboxes, name)));
        }
        if (chosen.isEmpty()) {
            throw new UsageException("no inbox is configured: nightdrop.inboxes is empty (config/application.yml)");
        }
        return chosen;
    }

    /** The inbox whose settings a file is to be judged by: the named one, the one it lies in, or the only one. */
    static Inbox forFile(Container container, @Nullable String name, Path file) {
        Inboxes inboxes = container.get(Inboxes.class);
        if (name != null) {
            return inboxes.find(name).orElseThrow(() -> unknown(inboxes, name));
        }
        Path path = file.toAbsolutePath().normalize();
        List<Inbox> around = inboxes.all().stream()
                .filter(inbox -> inbox.relative(path).isPresent())
                .toList();
        List<Inbox> candidates = around.isEmpty() ? inboxes.all() : around;
        if (candidates.size() != 1) {
            throw new UsageException("name the inbox whose settings count with --inbox; there are " + names(inboxes));
        }
        return candidates.get(0);
    }

    private static UsageException unknown(Inboxes inboxes, String name) {
        return new UsageException("there is no inbox '" + name + "'; there are " + names(inboxes));
    }

    private static String names(Inboxes inboxes) {
        return inboxes.all().isEmpty()
                ? "none"
                : inboxes.all().stream().map(Inbox::name).collect(Collectors.joining(", "));
    }

    /** What lies in an inbox is taken for a sender's: neither another inbox nor our own home may. */
    private static void checkPlaces(Inboxes inboxes, Path home) {
        List<Inbox> local = inboxes.all().stream().filter(Inbox::isLocal).toList();
        for (Inbox inbox : local) {
            String key = "nightdrop.inboxes." + inbox.name() + ".directory: ";
            if (home.startsWith(inbox.directory()) || inbox.directory().startsWith(home)) {
                throw new UsageException(
                        key + inbox.directory() + " and nightdrop.home " + home + " lie in each other");
            }
            for (Inbox other : local) {
                if (!other.name().equals(inbox.name()) && other.directory().startsWith(inbox.directory())) {
                    throw new UsageException(key + "the inbox '" + other.name() + "' lies in " + inbox.directory());
                }
            }
        }
        for (Inbox inbox : inboxes.all()) {
            inboxes.all().stream()
                    .filter(other -> !other.name().equals(inbox.name()))
                    .forEach(other -> checkServer(inbox, other));
        }
    }

    /** Likewise on one server, as far as the names tell: what lies in an inbox is nobody else's inbox, and nobody's answers. */
    private static void checkServer(Inbox inbox, Inbox other) {
        SftpSettings watched = inbox.settings().sftp();
        SftpSettings theirs = other.settings().sftp();
        if (watched == null || theirs == null || !watched.login().equals(theirs.login())) {
            return;
        }
        String key = "nightdrop.inboxes." + other.name() + ".";
        if (watched.holds(theirs.directory())) {
            throw new UsageException(
                    key + "sftp.directory: " + theirs.directory() + " lies in the inbox '" + inbox.name() + "'");
        }
        ReplyTo answers = other.settings().replyTo();
        if (answers != null && !answers.isLocal() && watched.holds(answers.remote())) {
            throw new UsageException(key + "reply-to: " + answers.text() + " lies in the inbox '" + inbox.name()
                    + "', which would take the answers for drops");
        }
    }

    /** A drop's id is unique only within its inbox: two inboxes that answer to one place would take each other's answers for their own. */
    private static void checkAnswersApart(Inboxes inboxes) {
        Map<String, Inbox> places = new HashMap<>();
        for (Inbox inbox : inboxes.all()) {
            ReplyTo answers = inbox.settings().replyTo();
            if (answers != null) {
                Inbox other = places.putIfAbsent(place(inbox, answers), inbox);
                if (other != null) {
                    throw new UsageException("nightdrop.inboxes." + inbox.name() + ".reply-to: " + answers.text()
                            + " is where the inbox '" + other.name() + "' answers, too; each needs a place of its own");
                }
            }
        }
    }

    private static String place(Inbox inbox, ReplyTo answers) {
        SftpSettings sftp = inbox.settings().sftp();
        if (sftp != null && !answers.isLocal()) {
            return sftp.where(answers.remote());
        }
        try {
            return answers.local().toRealPath().toString();
        } catch (IOException absent) {
            return answers.local().toString();
        }
    }

    private static void check(Inbox inbox, Operations operations, Inboxes inboxes) {
        String key = "nightdrop.inboxes." + inbox.name() + ".";
        if (inbox.isLocal() && !Files.isDirectory(inbox.directory())) {
            throw new UsageException(key + "directory: there is no folder " + inbox.directory());
        }
        String operation = inbox.settings().operation();
        if (!inbox.settings().asksForAnything() && operations.find(operation).isEmpty()) {
            throw new UsageException(key + "operation: '" + operation + "' is none of auto, "
                    + operations.all().stream().map(Operation::name).collect(Collectors.joining(", ")));
        }
        ReplyTo answers = inbox.settings().replyTo();
        if (answers != null && answers.isLocal()) {
            checkAnswers(answers.local(), key, inboxes);
        }
    }

    private static void checkAnswers(Path replyTo, String key, Inboxes inboxes) {
        if (!Files.isDirectory(replyTo)) {
            throw new UsageException(key + "reply-to: there is no folder " + replyTo);
        }
        for (Inbox other : inboxes.all()) {
            if (other.relative(replyTo).isPresent()) {
                throw new UsageException(key + "reply-to: " + replyTo + " lies in the inbox '" + other.name()
                        + "', which would take the answers for drops");
            }
        }
    }
}
