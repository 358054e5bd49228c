package io.nightdrop.inbox;

import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.manifest.CompanionName;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFiles;
import io.nightdrop.result.Drops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.springframework.stereotype.Component;

/** Says in words why a file of an inbox has not been taken, or what became of it. */
@Component
public class FileStory {

    private final ManifestSightings sightings;
    private final Contents contents;
    private final Drops drops;
    private final DropFiles files;

    FileStory(ManifestSightings sightings, Contents contents, Drops drops, DropFiles files) {
        this.sightings = sightings;
        this.contents = contents;
        this.drops = drops;
        this.files = files;
    }

    /** What is known of a file, a sentence each; never empty. */
    public List<String> tell(Inbox inbox, Path file) throws IOException {
        Path path = file.toAbsolutePath().normalize();
        String relative = inbox.relative(path);
        Path name = path.getFileName();
        List<String> story = new ArrayList<>();
        boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        if (there && Names.temporary(inbox.directory().relativize(path))) {
            story.add("A temporary name: nobody touches it until its sender renames it.");
        } else if (there && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            story.add("Not a regular file (a link, a folder, a pipe or a device): never taken.");
        } else if (name != null && Names.matches(inbox.settings().manifests(), name.toString())) {
            tellManifest(inbox, relative, there, story);
        } else {
            tellCompanion(inbox, path, relative, there, story);
        }
        return story;
    }

    private void tellManifest(Inbox inbox, String relative, boolean there, List<String> story) {
        Optional<Sighting> sighting = sightings.find(inbox.name(), relative);
        boolean waits = there && sighting.isPresent() && sighting.get().dropKey() == null;
        if (waits) {
            story.add("A manifest that waits: " + sighting.get().reason() + ".");
        }
        for (Drop drop : drops.ofManifest(inbox.name(), relative)) {
            story.add((drop.againOf() == null ? "Taken in at " : "Taken in again at ") + drop.receivedAt() + " as "
                    + drop.name() + ", which is " + drop.standing() + ".");
        }
        if (story.isEmpty()) {
            story.add(
                    there
                            ? "A manifest that nobody has looked at yet: 'run' or 'watch' will."
                            : "There is no such file, and there never was a drop of that name.");
        }
    }

    private void tellCompanion(Inbox inbox, Path path, String relative, boolean there, List<String> story)
            throws IOException {
        for (Sighting waiting : sightings.waiting(inbox.name())) {
            Path manifest = inbox.directory().resolve(waiting.path());
            if (Files.exists(manifest) && names(inbox, manifest, path)) {
                story.add("A companion of " + waiting.path() + ", which waits: " + waiting.reason() + ".");
            }
        }
        for (int slash = -1; slash < relative.length(); ) {
            tellDropsWith(inbox, relative.substring(0, slash + 1), relative.substring(slash + 1), story);
            slash = relative.indexOf('/', slash + 1);
            if (slash < 0) {
                break;
            }
        }
        if (story.isEmpty()) {
            story.add(
                    there
                            ? "No manifest names it. To be a manifest its name would have to match "
                                    + nearest(inbox, String.valueOf(path.getFileName())) + "."
                            : "There is no such file, and no drop ever brought one of that name.");
        }
    }

    private void tellDropsWith(Inbox inbox, String folder, String name, List<String> story) {
        for (Long key : files.dropsWith(name)) {
            Drop drop = drops.get(key);
            String manifestFolder = drop.manifest().substring(0, drop.manifest().lastIndexOf('/') + 1);
            if (drop.inbox().equals(inbox.name()) && manifestFolder.equals(folder)) {
                story.add("A companion of the drop " + drop.name() + ", taken in at " + drop.receivedAt()
                        + ", which is " + drop.standing() + ".");
            }
        }
    }

    private boolean names(Inbox inbox, Path manifest, Path companion) throws IOException {
        boolean[] named = {false};
        contents.companions(inbox, manifest, String.valueOf(manifest.getFileName()), name -> {
            if (CompanionName.staysInside(name)
                    && companion.equals(
                            manifest.resolveSibling(name).toAbsolutePath().normalize())) {
                named[0] = true;
            }
        });
        return named[0];
    }

    private static String nearest(Inbox inbox, String name) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        return inbox.settings().manifests().stream()
                .min(Comparator.comparing(glob -> distance.apply(glob, name)))
                .orElse("none of the globs");
    }
}
