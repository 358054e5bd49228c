package io.nightdrop.inbox;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.springframework.integration.file.filters.AbstractFileListFilter;

/** Lets the manifests of an inbox pass, and what is written like one: regular files, no links, no temporary names. */
final class ManifestFilter extends AbstractFileListFilter<File> {

    private final Inbox inbox;
    private final Path root;
    private final Predicate<String> manifests;

    ManifestFilter(Inbox inbox, Path root) {
        this.inbox = inbox;
        this.root = root;
        this.manifests = inbox.manifestNames();
    }

    @Override
    public boolean accept(File file) {
        try {
            Path path = file.toPath().toAbsolutePath();
            Path name = path.getFileName();
            return name != null
                    && (isManifest(name.toString()) || Names.likeManifest(inbox, name.toString()))
                    && !Names.temporary(root.relativize(path))
                    && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException unspeakable) {
            return false;
        }
    }

    /** Whether a file of that name is a manifest. */
    boolean isManifest(String name) {
        return manifests.test(name);
    }
}
