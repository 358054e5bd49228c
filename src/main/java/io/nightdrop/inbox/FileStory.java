package io.nightdrop.inbox;

import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.inbox.Place.Found;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFiles;
import io.nightdrop.result.Drops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Says in words why a file of an inbox has not been taken, or what became of it. */
@Component
public class FileStory {

    private final Places places;
    private final ManifestSightings sightings;
    private final Contents contents;
    private final Drops drops;
    private final DropFiles files;

    FileStory(Places places, ManifestSightings sightings, Contents contents, Drops drops, DropFiles files) {
        this.places = places;
        this.sightings = sightings;
        this.contents = contents;
        this.drops = drops;
        this.files = files;
    }

    /**
     * What is known of a file, a sentence each; never empty.
     *
     * @param path relative to the inbox, with {@code /} between the names
     */
    public List<String> tell(Inbox inbox, String path) throws IOException {
        Place place = places.of(inbox);
        boolean there = place.find(path).isPresent();
        String objection = there ? null : place.objection(path);
        List<String> story = new ArrayList<>();
        if ((there || objection != null) && Names.temporary(Path.of(path))) {
            story.add("A temporary name: nobody touches it until its sender renames it.");
        } else if (objection != null) {
            story.add(objection);
        } else if (Names.isManifest(inbox.settings().manifests(), name(path))) {
            tellManifest(inbox, path, there, story);
        } else {
            tellCompanion(inbox, place, path, there, story);
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

    private void tellCompanion(Inbox inbox, Place place, String relative, boolean there, List<String> story)
            throws IOException {
        for (Sighting waiting : sightings.waiting(inbox.name())) {
            if (!Names.isManifest(inbox.settings().manifests(), name(waiting.path()))) {
                continue;
            }
            Optional<Found> manifest = place.find(waiting.path());
            if (manifest.isPresent() && names(inbox, place, manifest.get(), relative)) {
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
                                    + Names.nearest(inbox.settings().manifests(), name(relative)) + "."
                            : "There is no such file, and no drop ever brought one of that name.");
        }
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
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

    private boolean names(Inbox inbox, Place place, Found manifest, String companion) throws IOException {
        boolean[] named = {false};
        contents.companions(inbox, () -> place.readable(manifest), manifest.path(), name -> {
            if (inbox.companionPath(manifest.path(), name)
                    .filter(companion::equals)
                    .isPresent()) {
                named[0] = true;
            }
        });
        return named[0];
    }
}
