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
import io.nightdrop.result.ItemResult;
import io.nightdrop.vault.ExternalReference;
import io.nightdrop.vault.User;
import io.nightdrop.vault.Users;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

    private static final Layout LAYOUT = new Layout(
            "users:import",
            "users",
            Set.of("externalReferences", "identity"),
            List.of(
                    new Column(List.of("namespace"), List.of("externalReferences", "0", "namespace"), true),
                    new Column(List.of("externalId"), List.of("externalReferences", "0", "externalId"), true),
                    new Column(List.of("email", "identity.email"), List.of("identity", "email"), true),
                    new Column(List.of("firstName", "identity.firstName"), List.of("identity", "firstName"), true),
                    new Column(List.of("lastName", "identity.lastName"), List.of("identity", "lastName"), true),
                    new Column(List.of("roleName", "identity.roleName"), List.of("identity", "roleName"), true)),
            Set.of(),
            null);

    /** A user as an item says. */
    record Person(List<ExternalReference> references, String email, String firstName, String lastName, String role) {}

    private final Users users;

    ImportUsers(Users users, ResultsBody body) {
        super(LAYOUT, body);
        this.users = users;
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
        String email = problems.text(fields, "identity.email", MAX_EMAIL);
        if (!email.isEmpty() && !email.matches("[^@\\s]+@[^@\\s]+")) {
            problems.add("identity.email is not an e-mail address");
        }
        problems.text(fields, "identity.firstName", MAX_TEXT);
        problems.text(fields, "identity.lastName", MAX_TEXT);
        problems.text(fields, "identity.roleName", MAX_TEXT);
    }

    @Override
    protected Person read(ObjectNode fields) {
        List<ExternalReference> references = new ArrayList<>();
        for (JsonNode reference : fields.path("externalReferences")) {
            references.add(new ExternalReference(
                    reference.path("namespace").asString(),
                    reference.path("externalId").asString()));
        }
        JsonNode identity = fields.path("identity");
        return new Person(
                references,
                identity.path("email").asString(),
                identity.path("firstName").asString(),
                identity.path("lastName").asString(),
                identity.path("roleName").asString());
    }

    @Override
    protected Plan<Person> plan(List<Person> people, Batch batch) {
        return new UserPlan(
                users.find(people.stream()
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

        UserPlan(Map<ExternalReference, UUID> known, Batch batch) {
            this.known = known;
            this.batch = batch;
        }

        @Override
        public Optional<ItemError> take(Person person) {
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
        public boolean isNew(Person person) {
            return added.contains(person);
        }

        @Override
        public String detail(Person person) {
            return "{\"user\":{\"userId\":\"" + ids.get(person) + "\"}}";
        }

        @Override
        public void save() {
            users.save(List.copyOf(toSave.values()), batch.now());
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
