package io.nightdrop.crash;

import io.nightdrop.crash.FaultPoint.When;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The fault points: every step that leaves something behind, on disk, on a server or in the database, in the order of a drop's life. */
final class FaultPoints {

    private static final String OURS = "io.nightdrop.";
    private static final String REPOSITORY = "org.springframework.batch.core.repository.support.SimpleJobRepository";
    private static final String POOL = "com.zaxxer.hikari.pool.";

    private FaultPoints() {}

    /** Where inboxes and answers lie on this machine. */
    private static final List<FaultPoint> LOCAL = List.of(
            before(OURS + "inbox.LocalPlace", "move", 60),
            after(OURS + "inbox.LocalPlace", "move", 60),
            before(OURS + "inbox.LocalPlace", "copy", 60),
            after(OURS + "inbox.LocalPlace", "copy", 60),
            before(OURS + "inbox.LocalPlace", "giveUp", 40),
            after(OURS + "inbox.LocalPlace", "giveUp", 40),
            before(OURS + "receipt.LocalReceiptFolder", "prepare", 12),
            after(OURS + "receipt.LocalReceiptFolder", "prepare", 12),
            before(OURS + "receipt.LocalReceiptFolder", "publish", 12),
            after(OURS + "receipt.LocalReceiptFolder", "publish", 12));

    /** Where they lie on a server. */
    private static final List<FaultPoint> REMOTE = List.of(
            before(OURS + "inbox.SftpPlace", "look", 6),
            after(OURS + "sftp.RemoteFolder", "list", 6),
            after(OURS + "inbox.SftpPlace", "look", 6),
            before(OURS + "inbox.SftpPlace", "readable", 12),
            after(OURS + "inbox.SftpPlace", "readable", 12),
            before(OURS + "inbox.SftpPlace", "fetch", 60),
            before(OURS + "sftp.RemoteFolder", "download", 60),
            after(OURS + "sftp.RemoteFolder", "download", 60),
            after(OURS + "inbox.SftpPlace", "fetch", 60),
            before(OURS + "inbox.SftpPlace", "giveUp", 40),
            before(OURS + "sftp.RemoteFolder", "move", 40),
            before(OURS + "sftp.RemoteFiles", "rename", 40),
            after(OURS + "sftp.RemoteFiles", "rename", 40),
            after(OURS + "inbox.SftpPlace", "giveUp", 40),
            before(OURS + "receipt.RemoteReceiptFolder", "prepare", 12),
            before(OURS + "sftp.Upload", "sync", 12),
            after(OURS + "receipt.RemoteReceiptFolder", "prepare", 12),
            before(OURS + "receipt.RemoteReceiptFolder", "publish", 12),
            after(OURS + "receipt.RemoteReceiptFolder", "publish", 12));

    private static final List<FaultPoint> EVERYWHERE = List.of(
            // finding and taking in
            after(OURS + "inbox.ManifestSightings", "save", 6),
            before(OURS + "inbox.TakeIn", "claim", 6),
            after(OURS + "result.Drops", "claim", 6),
            before(OURS + "inbox.TakeIn", "resume", 6),
            after(OURS + "inbox.CopiedMark", "write", 20),
            after(OURS + "manifest.ContentFacts", "of", 60),
            after(OURS + "result.DropFiles", "clear", 6),
            after(OURS + "result.DropFiles", "insert", 4),
            before(OURS + "inbox.TakeIn", "conclude", 6),
            after(OURS + "inbox.TakeIn", "conclude", 6),
            after(OURS + "inbox.ManifestSightings", "became", 2),
            after(OURS + "inbox.ManifestSightings", "forget", 6),
            after(OURS + "inbox.TakeIn", "resume", 6),
            after(OURS + "receipt.Receipts", "owe", 12),
            // checking the manifest
            after(OURS + "result.Drops", "running", 4),
            before(OURS + "job.CheckManifestTasklet", "execute", 4),
            after(OURS + "job.ZipUnpacker", "manifest", 2),
            after(OURS + "job.ZipUnpacker", "companions", 1),
            after(OURS + "result.Drops", "recognised", 4),
            after(OURS + "result.Requests", "clear", 2),
            after(OURS + "result.Requests", "insert", 2),
            before(OURS + "job.StagedItems$Writer", "finish", 4),
            after(OURS + "job.StagedItems$Writer", "finish", 4),
            after(OURS + "result.Drops", "checked", 4),
            after(OURS + "job.CheckManifestTasklet", "execute", 4),
            // the batches
            after(OURS + "job.StagedItemReader", "open", 4),
            before(OURS + "job.BatchItemWriter", "write", 12),
            before(OURS + "vault.Vault", "store", 12),
            after(OURS + "vault.Vault", "makeFolder", 60),
            after(OURS + "vault.Vault", "store", 12),
            before(OURS + "vault.Vault", "settle", 4),
            after(OURS + "vault.Vault", "settle", 4),
            after(OURS + "job.SettledContents", "beforeStep", 4),
            after(OURS + "vault.Documents", "insert", 8),
            after(OURS + "vault.Users", "save", 3),
            after(OURS + "vault.Workflows", "save", 2),
            after(OURS + "vault.RequiredDocuments", "asked", 4),
            after(OURS + "notification.Notifications", "open", 4),
            before(OURS + "result.ItemResults", "insert", 12),
            after(OURS + "result.ItemResults", "insert", 12),
            after(OURS + "job.BatchItemWriter", "write", 12),
            // the report
            before(OURS + "job.ReportTasklet", "execute", 4),
            after(OURS + "result.Drops", "concluded", 4),
            before(OURS + "report.Reports", "write", 4),
            after(OURS + "report.Reports", "write", 4),
            after(OURS + "job.ReportTasklet", "execute", 4),
            // putting away
            before(OURS + "job.PutAwayTasklet", "finish", 4),
            after(OURS + "receipt.DueReceipts", "results", 4),
            after(OURS + "notice.Notices", "dropEnded", 4),
            before(OURS + "inbox.PutAway", "archive", 4),
            after(OURS + "inbox.PutAway", "where", 30),
            after(OURS + "inbox.PutAway", "archive", 4),
            after(OURS + "inbox.PutAway", "removeCopiedSources", 4),
            after(OURS + "inbox.PutAway", "putAway", 4),
            before(OURS + "result.Drops", "done", 4),
            after(OURS + "result.Drops", "done", 4),
            // answering the sender
            after(OURS + "receipt.Receipts", "laid", 12),
            after(OURS + "receipt.Receipts", "prepared", 6),
            after(OURS + "receipt.Receipts", "handedBack", 6),
            // telling applicants and people
            after(OURS + "mail.Outbox", "leaveInApp", 1),
            before(OURS + "report.OutdatedPages", "takeInHand", 2),
            after(OURS + "report.OutdatedPages", "takeInHand", 2),
            before(OURS + "report.Reports", "writePage", 3),
            after(OURS + "report.Reports", "writePage", 3),
            // the disk, wherever
            before(OURS + "disk.Disk", "sync", 200),
            after(OURS + "disk.Disk", "sync", 200),
            before(OURS + "disk.Disk", "syncFolder", 200),
            after(OURS + "disk.Disk", "syncFolder", 200),
            after(OURS + "disk.Disk", "makeFolder", 60),
            after(OURS + "disk.Disk", "replace", 20),
            before(OURS + "disk.Disk", "deleteTree", 6),
            // the database, wherever
            before(OURS + "database.Durability", "settle", 16),
            after(OURS + "database.Durability", "settle", 16),
            before(POOL + "ProxyConnection", "commit", 60),
            after(POOL + "ProxyConnection", "commit", 60),
            before(POOL + "ProxyPreparedStatement", "executeUpdate", 200),
            after(POOL + "ProxyPreparedStatement", "executeUpdate", 200),
            // the job repository
            after(REPOSITORY, "createJobInstance", 4),
            after(REPOSITORY, "createJobExecution", 4),
            after(REPOSITORY, "createStepExecution", 16),
            before(REPOSITORY, "update", 60),
            after(REPOSITORY, "update", 60),
            after(REPOSITORY, "updateExecutionContext", 30),
            // the recovery itself
            before(OURS + "job.Recovery", "recover", 4),
            after(OURS + "job.Recovery", "end", 1),
            after(OURS + "job.Recovery", "recover", 4));

    /** Handing items on to a partner. */
    private static final List<FaultPoint> PARTNER = List.of(
            before(OURS + "job.Delivery", "next", 12),
            before(OURS + "partner.Courier", "intend", 12),
            after(OURS + "partner.PartnerRequests", "intend", 12),
            after(OURS + "partner.PartnerRequests", "intendAgain", 2),
            after(OURS + "partner.Courier", "intend", 12),
            before(OURS + "partner.OutgoingRequest", "writeTo", 12),
            after(OURS + "partner.Base64Content", "write", 30),
            after(OURS + "partner.OutgoingRequest", "writeTo", 12),
            after(OURS + "partner.Turn", "send", 12),
            after(OURS + "job.Delivery", "store", 12),
            before(OURS + "partner.PartnerRequests", "settle", 12),
            after(OURS + "partner.PartnerRequests", "settle", 12),
            after(OURS + "partner.Courier", "settled", 12),
            before(OURS + "partner.Courier", "giveUp", 1),
            after(OURS + "partner.Courier", "giveUp", 1),
            after(OURS + "job.Delivery", "goOn", 1),
            after(OURS + "job.Delivery", "send", 12));

    /** Settling what is in doubt with a partner. */
    static final List<FaultPoint> SETTLING = List.of(
            after(OURS + "result.Drops", "settling", 1),
            before(OURS + "job.DoubtResolver", "resolve", 1),
            before(OURS + "result.ItemResults", "settle", 2),
            after(OURS + "result.ItemResults", "settle", 2),
            after(OURS + "job.Resending", "send", 1),
            before(OURS + "job.DoubtResolver", "close", 1),
            after(OURS + "job.DoubtResolver", "close", 1),
            before(OURS + "result.Drops", "recounted", 1),
            after(OURS + "result.Drops", "recounted", 1),
            before(OURS + "receipt.DueReceipts", "settled", 1),
            after(OURS + "receipt.DueReceipts", "settled", 1),
            after(OURS + "job.DoubtResolver", "resolve", 1));

    /** The same where that means to send again. */
    static List<FaultPoint> sendingAgain() {
        List<FaultPoint> around =
                named(List.of("Courier.intend:after", "Turn.send:after", "PartnerRequests.settle:after"));
        return Stream.of(SETTLING, around, around).flatMap(List::stream).toList();
    }

    /** All that there are. */
    static final List<FaultPoint> ALL = Stream.of(LOCAL, REMOTE, EVERYWHERE, PARTNER, SETTLING)
            .flatMap(List::stream)
            .toList();

    /** Those around a request to a partner, and those beside that leave something behind while the items are handed on. */
    static List<FaultPoint> ofPartners() {
        Set<String> beside = Set.of(
                "Vault.store:before",
                "Vault.store:after",
                "ItemResults.insert:before",
                "ItemResults.insert:after",
                "Durability.settle:before",
                "Durability.settle:after",
                "ProxyConnection.commit:before",
                "ProxyConnection.commit:after",
                "ProxyPreparedStatement.executeUpdate:after",
                "SimpleJobRepository.update:before",
                "SimpleJobRepository.update:after",
                "ReportTasklet.execute:before",
                "Recovery.recover:after");
        return Stream.concat(PARTNER.stream(), EVERYWHERE.stream().filter(point -> beside.contains(point.name())))
                .toList();
    }

    /** Those that a process can come to whose inboxes lie where those of a site do. */
    static List<FaultPoint> of(Site site) {
        return Stream.of(site.isRemote() ? REMOTE : LOCAL, EVERYWHERE)
                .flatMap(List::stream)
                .toList();
    }

    private static FaultPoint before(String type, String method, int hits) {
        return new FaultPoint(type, method, When.BEFORE, hits);
    }

    private static FaultPoint after(String type, String method, int hits) {
        return new FaultPoint(type, method, When.AFTER, hits);
    }

    /** The points of those names. */
    static List<FaultPoint> named(List<String> names) {
        return names.stream().map(FaultPoints::named).toList();
    }

    private static FaultPoint named(String name) {
        return ALL.stream()
                .filter(point -> point.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such fault point: " + name));
    }
}
