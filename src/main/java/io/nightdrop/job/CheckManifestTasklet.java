package io.nightdrop.job;

import io.nightdrop.disk.Disk;
import io.nightdrop.disk.Workers;
import io.nightdrop.inbox.DropFolder;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.manifest.Defect;
import io.nightdrop.manifest.InlineContent;
import io.nightdrop.manifest.Manifest;
import io.nightdrop.manifest.ManifestFormat;
import io.nightdrop.manifest.StrangersText;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFile;
import io.nightdrop.result.DropFiles;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import io.nightdrop.result.Requests;
import io.nightdrop.settings.NightdropSettings;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.stereotype.Component;

/**
 * The job's first step: reads the whole manifest and leaves behind what the batches read, the items with their index and
 * the inline contents as files. Nothing is written to the vault. When it is cut it begins again.
 */
@Component
class CheckManifestTasklet implements Tasklet {

    private static final Logger LOG = LoggerFactory.getLogger(CheckManifestTasklet.class);

    private final NightdropSettings settings;
    private final Drops drops;
    private final DropFiles files;
    private final Requests requests;
    private final RunningInboxes inboxes;
    private final ManifestKind kind;
    private final ZipUnpacker unpacker;
    private final Workers workers = new Workers("check", 16);

    CheckManifestTasklet(
            NightdropSettings settings,
            Drops drops,
            DropFiles files,
            Requests requests,
            RunningInboxes inboxes,
            ManifestKind kind,
            ZipUnpacker unpacker) {
        this.settings = settings;
        this.drops = drops;
        this.files = files;
        this.requests = requests;
        this.inboxes = inboxes;
        this.kind = kind;
        this.unpacker = unpacker;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext context) throws Exception {
        StepExecution step = contribution.getStepExecution();
        Drop drop = drops.get(ProcessDropJob.dropKey(step));
        Inbox inbox = inboxes.of(drop);
        DropFolder folder = DropFolder.of(settings, drop);
        Path source = folder.source(drop.manifest());
        Path manifestFile = source;
        Optional<ManifestFormat> format = inbox.format(drop.manifest());
        if (DropFolder.isZip(drop.manifest())) {
            ZipUnpacker.Unpacked unpacked = unpacker.manifest(inbox, folder, source);
            Defect defect = unpacked.defect();
            if (defect != null) {
                refuse(drop, kind.fallback(inbox).unreadable(defect.message()));
                return RepeatStatus.FINISHED;
            }
            manifestFile = unpacked.file();
            format = Optional.of(unpacked.format());
        }
        if (format.isEmpty()) {
            refuse(
                    drop,
                    kind.fallback(inbox)
                            .unreadable("the manifest's name ends with none of .json, .jsonl, .csv, .tsv, .zip"));
            return RepeatStatus.FINISHED;
        }
        Manifest manifest = inbox.manifest(manifestFile, format.get(), name -> taken(drop, folder, name));
        ManifestKind.Asked asked = kind.asked(inbox, manifest);
        Operation operation = asked.operation();
        drops.recognised(drop.key(), operation.name(), format.get().name(), manifest.header());
        if (DropFolder.isZip(drop.manifest())) {
            Optional<Defect> damaged = unpacker.companions(drop, inbox, folder, source, manifest, operation);
            if (damaged.isPresent()) {
                drops.checked(drop.key(), 0, operation.unreadable(damaged.get().message()), false);
                return RepeatStatus.FINISHED;
            }
        }
        List<String> ignored = manifest.leftover(operation.layout()).ignored();
        if (!ignored.isEmpty()) {
            LOG.info(
                    "{}: columns that nothing reads: {}", drop.name(), StrangersText.plain(String.join(", ", ignored)));
        }
        readThrough(step, drop, inbox, folder, manifest, asked);
        return RepeatStatus.FINISHED;
    }

    /** A companion in the drop's own folder. */
    private Optional<Path> taken(Drop drop, DropFolder folder, String name) {
        return Optional.ofNullable(files.named(drop.key(), List.of(name)).get(name))
                .filter(file -> file.there())
                .map(folder::file);
    }

    /** An operation must answer, even when nobody could see which one was meant. */
    private void refuse(Drop drop, Refusal refusal) {
        drops.recognised(drop.key(), kind.fallback(inboxes.of(drop)).name(), "", List.of());
        drops.checked(drop.key(), 0, refusal, false);
    }

    private void readThrough(
            StepExecution step, Drop drop, Inbox inbox, DropFolder folder, Manifest manifest, ManifestKind.Asked asked)
            throws IOException, JobInterruptedException {
        if (asked.operation().layout().requests() != null) {
            requests.clear(drop.key());
        }
        try (StagedItems.Writer writer = new StagedItems(folder.path()).writer()) {
            ReadThrough.Result result = ReadThrough.read(
                    manifest,
                    asked,
                    ManifestKind.terms(inbox, drop.manifest(), manifest, drop.acceptsRemovals()),
                    folder.path(),
                    new DropDesk(drop, inbox, folder, writer),
                    step::isTerminateOnly);
            if (result.stopped()) {
                throw new JobInterruptedException("Stopped while the manifest was being read");
            }
            writer.finish();
            drops.checked(
                    drop.key(),
                    result.refusal() == null ? result.items() : 0,
                    result.refusal(),
                    result.roster() != null);
        }
    }

    @PreDestroy
    void close() {
        workers.close();
    }

    /** Contents are in the drop's own folder, items go there, too. */
    private final class DropDesk implements ReadThrough.Desk {
        private final Drop drop;
        private final Inbox inbox;
        private final DropFolder folder;
        private final StagedItems.Writer writer;

        DropDesk(Drop drop, Inbox inbox, DropFolder folder, StagedItems.Writer writer) {
            this.drop = drop;
            this.inbox = inbox;
            this.folder = folder;
            this.writer = writer;
        }

        @Override
        public Map<String, Content> companions(Collection<String> names) {
            Map<String, Content> contents = new HashMap<>();
            files.named(drop.key(), names).values().forEach(file -> contents.put(file.name(), content(file)));
            return contents;
        }

        private Content content(DropFile file) {
            String fingerprint = file.fingerprint();
            if (fingerprint != null && file.kind() != null) {
                return new Content.Present(fingerprint, file.size(), file.kind(), DropFolder.place(file.position()));
            }
            return file.size() > 0 ? new Content.TooLarge() : new Content.Missing(file.name());
        }

        /** Side by side, each put on disk by whoever decoded it. */
        @Override
        public Map<Long, Content> inline(Map<Long, InlineContent> contents) throws IOException {
            Set<Path> folders = new LinkedHashSet<>();
            List<Callable<Content>> tasks = new ArrayList<>();
            for (Map.Entry<Long, InlineContent> content : contents.entrySet()) {
                String place = DropFolder.inlinePlace(content.getKey());
                Path file = folder.path().resolve(place);
                Path parent = file.resolveSibling(".").normalize();
                if (folders.add(parent)) {
                    Disk.makeFolder(parent);
                }
                tasks.add(() -> inline(content.getValue(), place, file));
            }
            Iterator<Content> decoded = workers.all(tasks).iterator();
            for (Path touched : folders) {
                Disk.syncFolder(touched);
            }
            Map<Long, Content> byIndex = new HashMap<>();
            contents.keySet().forEach(index -> byIndex.put(index, decoded.next()));
            return byIndex;
        }

        private Content inline(InlineContent content, String place, Path file) throws IOException {
            try (ContentFacts.Gatherer out = new ContentFacts.Gatherer(Files.newOutputStream(file))) {
                InlineContent.Verdict verdict =
                        content.decodeTo(out, inbox.settings().maxFileSize().toBytes());
                if (verdict == InlineContent.Verdict.DECODED) {
                    Disk.sync(file);
                    ContentFacts facts = out.facts();
                    return new Content.Present(facts.fingerprint(), facts.size(), facts.kind(), place);
                }
                Files.delete(file);
                return verdict == InlineContent.Verdict.TOO_LARGE ? new Content.TooLarge() : new Content.NotBase64();
            }
        }

        @Override
        public void take(StagedItem item) throws IOException {
            writer.add(item);
        }

        @Override
        public void take(List<Request> judged) {
            requests.insert(drop.key(), judged);
        }
    }
}
