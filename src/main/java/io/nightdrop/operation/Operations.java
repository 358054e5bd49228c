package io.nightdrop.operation;

import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.SendersIds;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** All operations by their names. */
@Component
public class Operations implements SendersIds {

    /** The operation of a manifest that shows no other: its error is the one to answer with. */
    public static final String FALLBACK = "documents:submitBatch";

    private final Map<String, Operation> byName;

    Operations(List<Operation> operations) {
        this.byName = operations.stream().collect(Collectors.toMap(Operation::name, Function.identity()));
    }

    /** All of them, in the order of their names. */
    public Collection<Operation> all() {
        return byName.values().stream()
                .sorted(Comparator.comparing(Operation::name))
                .toList();
    }

    @Override
    public boolean isSenders(Drop drop, ItemResult item) {
        String operation = drop.operation();
        return operation == null
                || find(operation).map(one -> one.isSendersId(item)).orElse(true);
    }

    /** The operation of that name. */
    public Optional<Operation> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * The operation of that name.
     *
     * @throws IllegalStateException when there is none
     */
    public Operation get(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("There is no operation '" + name + "'"));
    }
}
