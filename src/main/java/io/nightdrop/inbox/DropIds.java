package io.nightdrop.inbox;

import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import org.springframework.stereotype.Component;

/** Finds an id for a drop that no other drop of its inbox has. */
@Component
public class DropIds {

    private final Drops drops;

    DropIds(Drops drops) {
        this.drops = drops;
    }

    /** The first 8 digits of the fingerprint, or more where another drop has those; a repetition is numbered. */
    public String next(Drop drop, String fingerprint) {
        String stem = Names.stem(drop.manifest().substring(drop.manifest().lastIndexOf('/') + 1));
        if (drops.count(drop.inbox(), fingerprint) > 0) {
            String base = stem + "-" + fingerprint.substring(0, 8);
            int number = 2;
            while (drops.exists(drop.inbox(), base + "~" + number)) {
                number++;
            }
            return base + "~" + number;
        }
        int digits = 8;
        while (digits < fingerprint.length()
                && drops.exists(drop.inbox(), stem + "-" + fingerprint.substring(0, digits))) {
            digits += 4;
        }
        return stem + "-" + fingerprint.substring(0, digits);
    }
}
