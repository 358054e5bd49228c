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

    private final Path root;
    private final Predicate<String> globs;

    ManifestFilter(Inbox inbox, Path root) {
        this.root = root;
        this.globs = Names.matching(inbox.settings().manifests());
    }

    @Override
    public boolean accept(File file) {
        try {
            Path path = file.toPath().toAbsolutePath();
            Path name = path.getFileName();
            return name != null
                    && (matches(name.toString()) || Names.likeManifest(name.toString()))
                    && !Names.temporary(root.relativize(path))
                    && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException unspeakable) {
            return false;
        }
    }

    /** Whether a glob matches the name. */
    boolean matches(String name) {
        return globs.test(name);
    }
}
