package io.nightdrop.inbox;

import io.nightdrop.manifest.CompanionName;
import io.nightdrop.manifest.Manifest;
import io.nightdrop.manifest.ManifestFormat;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.SftpSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A watched place that belongs to one sender.
 *
 * @param name as the configuration calls it
 * @param settings what is set for it
 */
public record Inbox(String name, InboxSettings settings) {

    /** Whether a folder of this machine is watched, not one of a server. */
    public boolean isLocal() {
        return settings.sftp() == null;
    }

    /**
     * The watched folder of this machine.
     *
     * @throws IllegalStateException when it is not local
     */
    public Path directory() {
        Path directory = settings.directory();
        if (directory == null) {
            throw new IllegalStateException("The inbox " + name + " has no folder of this machine");
        }
        return directory.toAbsolutePath().normalize();
    }

    /** What is watched, for people. */
    public String where() {
        SftpSettings sftp = settings.sftp();
        return sftp == null ? directory().toString() : sftp.url(sftp.directory());
    }

    /** The path in the inbox of a file, with {@code /}; empty when it lies elsewhere. */
    public Optional<String> relative(Path file) {
        Path path = file.toAbsolutePath().normalize();
        return isLocal() && path.startsWith(directory())
                ? Optional.of(directory().relativize(path).toString().replace('\\', '/'))
                : Optional.empty();
    }

    /**
     * Tells of a name, without its folders, whether it is a manifest's: it matches one of the inbox's globs, or it is {@code <drop id>.corrections.csv},
     * {@code .tsv} or {@code .jsonl}, under which a sender gets its corrections and puts them back.
     */
    public Predicate<String> manifestNames() {
        return Names.manifests(settings.manifests());
    }

    /** Whether a manifest of that path is called as a receipt with a drop's corrections is. */
    public boolean isCorrections(String manifest) {
        return Names.isCorrections(manifest.substring(manifest.lastIndexOf('/') + 1));
    }

    /** Likewise of a name inside a ZIP, where a preset's own names count whatever the globs of ZIPs are. */
    public Predicate<String> manifestNamesInside() {
        Predicate<String> names = manifestNames();
        List<String> preset = settings.preset().manifests();
        return preset.isEmpty() ? names : names.or(Names.manifests(preset));
    }

    /** How a manifest of that name is written: its extension tells it, or the inbox's preset; empty when neither does. */
    public Optional<ManifestFormat> format(String name) {
        return ManifestFormat.of(name)
                .or(() -> mayBePresets(name) ? settings.preset().format() : Optional.empty());
    }

    private boolean mayBePresets(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        return !DropFolder.isZip(file)
                && (file.toLowerCase(Locale.ROOT).endsWith(".txt")
                        || manifestNames().test(file));
    }

    /**
     * A manifest of this inbox, as its sender writes.
     *
     * @param beside finds what belongs to it beside what its items name
     */
    public Manifest manifest(Path file, ManifestFormat format, Manifest.Beside beside) {
        return Manifest.of(
                file, format, settings.reading(), settings.maxFileSize().toBytes(), beside);
    }

    /**
     * The companion of that name below a folder: a regular file, and not a manifest, which is a drop of its own.
     *
     * @throws IOException when the folder cannot be looked at
     */
    public Optional<Path> companion(Path folder, String name) throws IOException {
        return CompanionName.resolve(folder, name)
                .filter(file -> !Names.isManifest(settings.manifests(), String.valueOf(file.getFileName())));
    }

    /** Where a companion of a manifest would lie; empty when that is outside of the inbox, or is a manifest of its own. */
    Optional<String> companionPath(String manifest, String name) {
        return CompanionName.staysInside(name)
                        && !Names.isManifest(settings.manifests(), name.substring(name.lastIndexOf('/') + 1))
                ? Optional.of(manifest.substring(0, manifest.lastIndexOf('/') + 1) + name)
                : Optional.empty();
    }
}
