package io.nightdrop.cli;

import io.nightdrop.report.Summary;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import tools.jackson.databind.node.ObjectNode;

/** A drop for scripts: its {@code summary.json} with its state and its trouble. */
final class DropJson {

    private DropJson() {}

    static ObjectNode of(Summary summary, Drops drops, Drop drop) {
        Drop original = drop.repeats() == null ? null : drops.get(drop.repeats());
        ObjectNode node = summary.of(drop, original);
        node.put("state", drop.state().name());
        if (drop.acceptsRemovals()) {
            node.put("acceptsRemovals", true);
        }
        if (drop.trouble() != null) {
            node.put("trouble", drop.trouble());
        }
        return node;
    }
}
