package io.nightdrop.operation.users;

import io.nightdrop.database.Ids;
import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.Layout.Column;
import io.nightdrop.manifest.ManifestItem;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.ImportOperation;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.Problems;
import io.nightdrop.operation.ResultsBody;
import io.nightdrop.operation.Roster;
import io.nightdrop.result.ItemResult;
import io.nightdrop.vault.ExternalReference;
import io.nightdrop.vault.Rosters;
import io.nightdrop.vault.User;
import io.nightdrop.vault.Users;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code users:import}: each item is a user with the references that senders know them by. */
@Component
class ImportUsers extends ImportOperation<ImportUsers.Person> {

    private static final int MAX_TEXT = 256;
    private static final int MAX_EMAIL = 320;

    private static final String STATUS = "status";

    /** Of {@code status}, as OneRoster calls it. */
    private static final String TO_BE_DELETED = "tobedeleted";

    private static final Layout LAYOUT = new Layout(
            "users:import",
            "users",
            Set.of("externalReferences", "identity", STATUS),
            List.of(
                    new Column(List.of("namespace"), List.of("externalReferences", "0", "namespace"), true),
                    new Column(List.of("externalId"), List.of("externalReferences", "0", "externalId"), true),
                    new Column(List.of("email", "identity.email"), List.of("identity", "email"), true),
                    new Column(List.of("firstName", "identity.firstName"), List.of("identity", "firstName"), true),
                    new Column(List.of("lastName", "identity.lastName"), List.of("identity", "lastName"), true),
                    new Column(List.of("roleName", "identity.roleName"), List.of("identity", "roleName"), true),
                    Column.of(STATUS, false)),
            Set.of(),
            null);

    /** A user as an item says; of one who leaves only the references count. */
    record Person(
            List<ExternalReference> references,
            String email,
            String firstName,
            String lastName,
            String role,
            boolean leaves) {}

    private final Users users;
    private final UserRoster roster;

    ImportUsers(Users users, Rosters rosters, ResultsBody body) {
        super(LAYOUT, body);
        this.users = users;
        this.roster = new UserRoster(rosters);
    }

    @Override
    public Optional<Roster> roster() {
        return Optional.of(roster);
    }

    @Override
    public String refusalAdvice(String code) {
        return code.equals(Roster.LIMIT_EXCEEDED)
                ? "Send the whole roster. If it is meant as it is, the operator of the inbox lets it through: nightdrop again DROP --reason TEXT --accept-removals."
                : super.refusalAdvice(code);
    }

    @Override
    protected Optional<String> itemId(ManifestItem item) {
        JsonNode first = item.fields().path("externalReferences").path(0);
        return first.path("namespace").isString() && first.path("externalId").isString()
                ? Optional.of(shortened(first.path("namespace").stringValue() + "/"
                        + first.path("externalId").stringValue()))
                : Optional.empty();
    }

    @Override
    protected String word() {
        return "user";
    }

    private static String shortened(String id) {
        return id.length() <= 600 ? id : id.substring(0, 600);
    }

    @Override
    protected void check(ObjectNode fields, Problems problems) {
        JsonNode references = fields.path("externalReferences");
        if (!references.isArray() || references.isEmpty()) {
            problems.add("externalReferences is required and must be an array of at least one");
        } else {
            for (int i = 0; i < references.size(); i++) {
                Problems own = new Problems();
                own.text(references.get(i), "namespace", MAX_TEXT);
                own.text(references.get(i), "externalId", MAX_TEXT);
                String place = "externalReferences[" + i + "].";
                problems.addAll(place, own);
            }
        }
        if (!Problems.absent(fields.path(STATUS))) {
            problems.oneOf(fields, STATUS, List.of("active", TO_BE_DELETED));
        }
        if (leaves(fields)) {
            return;
        }
        String email = problems.text(fields, "identity.email", MAX_EMAIL);
        if (!email.isEmpty() && !email.matches("[^@\\s]+@[^@\\s]+")) {
            problems.add("identity.email is not an e-mail address");
        }
        problems.text(fields, "identity.firstName", MAX_TEXT);
        problems.text(fields, "identity.lastName", MAX_TEXT);
        problems.text(fields, "identity.roleName", MAX_TEXT);
    }

    static boolean leaves(ObjectNode fields) {
        return fields.path(STATUS).isString()
                && fields.path(STATUS).stringValue().equals(TO_BE_DELETED);
    }

    /** Those of an item that can be read, whatever else is wrong with it. */
    static List<ExternalReference> references(ObjectNode fields) {
        List<ExternalReference> references = new ArrayList<>();
        for (JsonNode reference : fields.path("externalReferences")) {
            JsonNode namespace = reference.path("namespace");
            JsonNode externalId = reference.path("externalId");
            if (namespace.isString() && externalId.isString()) {
                references.add(new ExternalReference(namespace.stringValue(), externalId.stringValue()));
            }
        }
        return references;
    }

    @Override
    protected Person read(ObjectNode fields) {
        JsonNode identity = fields.path("identity");
        return new Person(
                references(fields),
                identity.path("email").asString(),
                identity.path("firstName").asString(),
                identity.path("lastName").asString(),
                identity.path("roleName").asString(),
                leaves(fields));
    }

    @Override
    protected Plan<Person> plan(List<Person> people, Batch batch) {
        return new UserPlan(
                users.known(people.stream()
                        .flatMap(person -> person.references().stream())
                        .toList()),
                batch);
    }

    /** Follows the batch's items in their order, so that a user that stands there twice is one user. */
    private final class UserPlan implements Plan<Person> {
        private final Map<ExternalReference, UUID> known;
        private final Batch batch;
        private final Map<UUID, User> toSave = new LinkedHashMap<>();
        private final Map<Person, UUID> ids = new HashMap<>();
        private final Set<Person> added = new HashSet<>();
        private final Set<ExternalReference> leaving = new LinkedHashSet<>();

        UserPlan(Map<ExternalReference, UUID> known, Batch batch) {
            this.known = known;
            this.batch = batch;
        }

        @Override
        public Optional<ItemError> take(Person person) {
            if (person.leaves()) {
                leaving.addAll(person.references());
                return Optional.empty();
            }
            Set<UUID> owners = new LinkedHashSet<>();
            person.references().stream()
                    .map(known::get)
                    .filter(id -> id != null)
                    .forEach(owners::add);
            if (owners.size() > 1) {
                return Optional.of(new ItemError(VALIDATION_ERROR, "externalReferences belong to different users"));
            }
            UUID id = owners.isEmpty() ? Ids.next() : owners.iterator().next();
            if (owners.isEmpty()) {
                added.add(person);
            } else {
                added.remove(person);
            }
            ids.put(person, id);
            person.references().forEach(leaving::remove);
            person.references().forEach(reference -> known.put(reference, id));
            Set<ExternalReference> references = new LinkedHashSet<>(person.references());
            User earlier = toSave.get(id);
            if (earlier != null) {
                references.addAll(earlier.references());
            }
            toSave.put(
                    id,
                    new User(
                            id,
                            List.copyOf(references),
                            person.email(),
                            person.firstName(),
                            person.lastName(),
                            person.role()));
            return Optional.empty();
        }

        @Override
        public String status(Person person) {
            if (person.leaves()) {
                return "unlinked";
            }
            return added.contains(person) ? CREATED : UPDATED;
        }

        @Override
        public String detail(Person person) {
            if (person.leaves()) {
                UUID id = person.references().stream()
                        .map(known::get)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
                return id == null ? "{}" : "{\"user\":{\"userId\":\"" + id + "\"}}";
            }
            return "{\"user\":{\"userId\":\"" + ids.get(person) + "\"}}";
        }

        @Override
        public void save() {
            users.save(List.copyOf(toSave.values()), batch.dropKey(), batch.now());
            users.named(failed(), batch.dropKey());
            users.unlink(leaving, batch.dropKey(), batch.now());
        }

        /** Whom an item names that fails is named all the same: a roster that lists everybody does not remove him. */
        private Set<ExternalReference> failed() {
            Set<ExternalReference> failed = new LinkedHashSet<>();
            batch.items().forEach(item -> failed.addAll(references(item.fields())));
            toSave.values().forEach(user -> user.references().forEach(failed::remove));
            failed.removeAll(leaving);
            return failed;
        }
    }

    @Override
    public List<String> resultColumns() {
        return List.of("itemIndex", "itemId", "status", "userId", "code", "message");
    }

    @Override
    public List<String> resultCells(ItemResult result, ObjectNode detail) {
        return cells(result, detail.path("user").path("userId").asString(""));
    }
}
