package io.nightdrop.manifest;

import io.nightdrop.manifest.Layout.Column;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A roster beside which a file says what it is: {@code manifest.csv} with {@code file.users}, as OneRoster 1.1 and 1.2 have it (1EdTech OneRoster, CSV
 * Binding, section 2). Who leaves that file out says nothing. Corrections of a roster have none.
 */
final class DeclaredManifest implements Manifest {

    private static final String PROPERTY = "file.users";

    /** A OneRoster manifest has some twenty. */
    private static final int MAX_PROPERTIES = 1000;

    private static final Layout PROPERTIES = new Layout(
            "manifest.csv",
            "properties",
            Set.of(),
            List.of(Column.of("propertyName", true), Column.of("value", true)),
            Set.of(),
            null);

    private final Manifest roster;
    private final String name;
    private final Charset charset;
    private final Beside beside;

    DeclaredManifest(Manifest roster, String name, Charset charset, Beside beside) {
        this.roster = roster;
        this.name = name;
        this.charset = charset;
        this.beside = beside;
    }

    @Override
    public List<String> companions() throws IOException {
        return Header.isOfCorrections(roster.header()) ? List.of() : List.of(name);
    }

    @Override
    public Optional<Boolean> listsEverybody() throws IOException {
        try {
            return declared().map(value -> value.equals("bulk"));
        } catch (Unreadable refused) {
            return Optional.empty(); // as reading it says
        }
    }

    @Override
    public Optional<Defect> read(Layout layout, ItemHandler handler) throws IOException {
        try {
            declared();
        } catch (Unreadable refused) {
            return Optional.of(refused.defect());
        }
        return roster.read(layout, handler);
    }

    /** {@code bulk} or {@code delta}; empty when nothing is said. */
    private Optional<String> declared() throws IOException, Unreadable {
        Optional<Path> file = companions().isEmpty() ? Optional.empty() : beside.find(name);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        List<String> said = new ArrayList<>();
        Reading plain = new Reading(charset, List.of(), List.of(), true, null);
        Optional<Defect> defect = new DelimitedManifest(file.get(), ',', plain, 0).read(PROPERTIES, item -> {
            if (item.fields().path("propertyName").asString("").equals(PROPERTY)) {
                said.add(item.fields().path("value").asString(""));
            }
            return item.index() < MAX_PROPERTIES;
        });
        if (defect.isPresent()) {
            throw new Unreadable(name + ": " + defect.get().message());
        }
        if (said.isEmpty()) {
            return Optional.empty();
        }
        String value = said.get(0).toLowerCase(Locale.ROOT);
        if (value.equals("absent")) {
            throw new Unreadable(name + " says that there are no users (" + PROPERTY
                    + " is absent), and here they are: one of the two is of another day");
        }
        if (said.size() > 1 || !(value.equals("bulk") || value.equals("delta"))) {
            throw new Unreadable(name + ": " + PROPERTY + " must be one of bulk, delta, absent, once; it is '"
                    + shortened(String.join("', '", said)) + "'");
        }
        return Optional.of(value);
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    @Override
    public Optional<Layout> recognise(Collection<Layout> layouts) throws IOException {
        return roster.recognise(layouts);
    }

    @Override
    public List<String> header() throws IOException {
        return roster.header();
    }

    @Override
    public Leftover leftover(Layout layout) throws IOException {
        return roster.leftover(layout);
    }
}
