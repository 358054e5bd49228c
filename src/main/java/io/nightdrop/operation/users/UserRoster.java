package io.nightdrop.operation.users;

import io.nightdrop.operation.Roster;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.result.Drop;
import io.nightdrop.vault.ExternalReference;
import io.nightdrop.vault.Rosters;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Users by their external references: who is left out is unlinked, and keeps what is stored under him. */
final class UserRoster implements Roster {

    private final Rosters rosters;

    UserRoster(Rosters rosters) {
        this.rosters = rosters;
    }

    @Override
    public Set<String> known(String inbox, List<StagedItem> items) {
        List<ExternalReference> kept = items.stream()
                .filter(item -> !ImportUsers.leaves(item.fields()))
                .flatMap(item -> ImportUsers.references(item.fields()).stream())
                .toList();
        return rosters.known(inbox, kept).stream()
                .map(reference -> reference.namespace() + "\n" + reference.externalId())
                .collect(Collectors.toSet());
    }

    @Override
    public long count(String inbox) {
        return rosters.count(inbox);
    }

    @Override
    public long remove(Drop drop, Instant at) {
        return rosters.unlinkOthers(drop.inbox(), drop.key(), at);
    }

    @Override
    public List<String> columns() {
        return List.of("namespace", "externalId");
    }

    @Override
    public void removed(long dropKey, Handler handler) throws IOException {
        rosters.unlinkedOthers(
                dropKey, reference -> handler.take(List.of(reference.namespace(), reference.externalId())));
    }
}
