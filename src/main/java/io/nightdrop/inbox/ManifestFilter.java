package io.nightdrop.inbox;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import org.springframework.integration.file.filters.AbstractFileListFilter;

/** Lets the manifests of an inbox pass: regular files, no links, no temporary names, a name that a glob matches. */
final class ManifestFilter extends AbstractFileListFilter<File> {

    private final Path root;
    private final List<PathMatcher> globs;

    ManifestFilter(Inbox inbox) {
        this.root = inbox.directory();
        this.globs = inbox.settings().manifests().stream().map(Names::matcher).toList();
    }

    @Override
    public boolean accept(File file) {
        try {
            Path path = file.toPath().toAbsolutePath();
            Path name = path.getFileName();
            return name != null
                    && globs.stream().anyMatch(glob -> glob.matches(name))
                    && !Names.temporary(root.relativize(path))
                    && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException unspeakable) {
            return false;
        }
    }
}
