package io.nightdrop.node;

import io.nightdrop.disk.Disk;
import io.nightdrop.settings.NightdropSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Ties a database on a server to the home that holds its bytes. Two homes on one database would store documents where the other
 * nodes do not find them.
 */
@Component
class HomeIdentity {

    private final JdbcTemplate jdbc;
    private final Path home;

    HomeIdentity(JdbcTemplate jdbc, NightdropSettings settings) {
        this.jdbc = jdbc;
        this.home = settings.home();
    }

    /**
     * Notes which home belongs to the database, the first time.
     *
     * @throws ForeignHomeException when it is another
     */
    void check() {
        UUID own = own();
        List<UUID> known = known();
        if (known.isEmpty()) {
            try {
                jdbc.update("INSERT INTO NIGHT_HOME (ONE, HOME_ID) VALUES (1, ?)", own);
            } catch (DuplicateKeyException meanwhile) {
                // another node was first; whether it is of the same home is seen below
            }
            known = known();
        }
        if (!known.contains(own)) {
            throw new ForeignHomeException("the database belongs to another home than " + home
                    + ": nodes that share a database share its home, with the vault in it (nightdrop.home)");
        }
    }

    private List<UUID> known() {
        return jdbc.queryForList("SELECT HOME_ID FROM NIGHT_HOME", UUID.class);
    }

    private UUID own() {
        Path file = home.resolve("home.id");
        try {
            if (!Files.exists(file)) {
                Disk.replace(file, path -> Files.writeString(path, UUID.randomUUID() + "\n"));
            }
            return UUID.fromString(Files.readString(file).strip());
        } catch (IOException failure) {
            throw new UncheckedIOException(file + " cannot be read or made", failure);
        }
    }
}
