package io.nightdrop.crash;

import io.nightdrop.disk.Disk;
import io.nightdrop.sftp.TestServer;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An installation: home, inboxes, the folders for replies. The sender of {@code copied} keeps a second name of each of its
 * files, so that they have to be copied; the others' files are moved, but for those that stay.
 *
 * @param root where all of it lies
 * @param server over which the inboxes and the folders for replies are reached; null when they are folders of this machine
 * @param more what a command is told besides
 */
record Site(Path root, TestServer server, List<String> more) {

    private static final List<String> SCOPES = List.of(
            "pearsana-partner/partners.documents:write",
            "pearsana-partner/partners.externalRefs:read",
            "pearsana-partner/partners.verifications:write");

    /** Who is told of each drop; there is no mail server. */
    static final List<String> PEOPLE = List.of("registrar@example.edu", "on-call@example.edu");

    /** One whose inboxes are folders of this machine. */
    Site(Path root) {
        this(root, null);
    }

    /** One whose inboxes lie on that server. */
    Site(Path root, TestServer server) {
        this(root, server, List.of());
    }

    /** Whether the inboxes lie on a server. */
    boolean isRemote() {
        return server != null;
    }

    /** Makes the folders that have to be there. */
    Site create() throws IOException {
        for (String inbox : Workload.INBOXES) {
            Files.createDirectories(inbox(inbox));
            Files.createDirectories(replies(inbox));
        }
        if (isRemote()) {
            Files.writeString(knownHosts(), "[127.0.0.1]:" + server.port() + " " + server.hostKeyLine() + "\n");
        }
        return this;
    }

    Path home() {
        return root.resolve("home");
    }

    private Path knownHosts() {
        return root.resolve("known_hosts");
    }

    Path inbox(String name) {
        return root.resolve("inboxes").resolve(name);
    }

    Path replies(String name) {
        return root.resolve("replies").resolve(name);
    }

    /** Whether the inbox has somewhere to answer to. */
    static boolean answers(String inbox) {
        return !inbox.equals("kept");
    }

    /** What becomes of the inbox's sources. */
    static String after(String inbox) {
        return switch (inbox) {
            case "kept" -> "keep";
            case "deleted" -> "delete";
            default -> "archive";
        };
    }

    /** What a command is told of it. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add("--spring.config.location=classpath:/");
        arguments.add("--nightdrop.home=" + home());
        for (String inbox : Workload.INBOXES) {
            String prefix = "--nightdrop.inboxes." + inbox + ".";
            arguments.addAll(place(prefix, inbox));
            arguments.add(prefix + "settle=0s");
            arguments.add(prefix + "wait-for-companions=0s");
            arguments.add(prefix + "schedule=200ms");
            arguments.add(prefix + "after=" + after(inbox));
            arguments.add(prefix + "scopes=" + String.join(",", SCOPES));
            arguments.add(prefix + "notify=" + String.join(",", PEOPLE));
            if (answers(inbox)) {
                arguments.add(
                        prefix + "reply-to=" + (isRemote() ? "sftp:" + server.nameOf(replies(inbox)) : replies(inbox)));
            }
        }
        arguments.addAll(more);
        return arguments;
    }

    private List<String> place(String prefix, String inbox) {
        if (!isRemote()) {
            return List.of(prefix + "directory=" + inbox(inbox));
        }
        return List.of(
                prefix + "sftp.host=127.0.0.1",
                prefix + "sftp.port=" + server.port(),
                prefix + "sftp.user=" + server.user(),
                prefix + "sftp.directory=" + server.nameOf(inbox(inbox)),
                prefix + "sftp.private-key=" + server.userKey(),
                prefix + "sftp.known-hosts=" + knownHosts());
    }

    /** Sends a drop as a careful sender does: companions first, each under a temporary name and renamed, all of it on disk. */
    void deliver(Delivery delivery) throws IOException {
        for (Map.Entry<String, byte[]> file : delivery.files().entrySet()) {
            Path target = inbox(delivery.inbox()).resolve(file.getKey());
            Path beside = target.resolveSibling(target.getFileName() + ".part");
            Files.createDirectories(target.getParent());
            Files.write(beside, file.getValue());
            if (delivery.inbox().equals("copied") && !isRemote()) {
                secondName(delivery, file.getKey(), beside);
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void secondName(Delivery delivery, String name, Path file) throws IOException {
        Path sent = root.resolve("sent").resolve(delivery.inbox()).resolve(name);
        Files.createDirectories(sent.getParent());
        try {
            Files.createLink(sent, file);
        } catch (FileAlreadyExistsException twice) {
            throw new IllegalStateException(name + " was sent before", twice);
        }
    }

    /** Removes all of it. */
    void remove() throws IOException {
        Disk.deleteTree(root);
    }
}
