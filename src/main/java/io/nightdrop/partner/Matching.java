package io.nightdrop.partner;

import io.nightdrop.partner.ItemReply.Failed;
import io.nightdrop.partner.ItemReply.InDoubt;
import io.nightdrop.partner.ItemReply.Succeeded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings the results of an answer and the items of its request together, by an id that both have, in whatever order the results come. What is
 * missing, foreign or double is named.
 */
final class Matching {

    private final String idName;
    private final Oddities oddities;

    /**
     * For results with ids of that name.
     *
     * @param idName for sentences
     * @param oddities takes what does not fit
     */
    Matching(String idName, Oddities oddities) {
        this.idName = idName;
        this.oddities = oddities;
    }

    /**
     * One reply for each item. Items with the same id have the same reply.
     *
     * @param itemId the id of an item
     * @param resultId the id of a result, a text where it has one
     * @param meaning what one result says of an item
     */
    List<ItemReply> match(
            List<SentItem> items,
            JsonNode results,
            Function<SentItem, String> itemId,
            Function<ObjectNode, JsonNode> resultId,
            BiFunction<SentItem, ObjectNode, ItemReply> meaning) {
        Map<String, SentItem> sent = new LinkedHashMap<>();
        items.forEach(item -> sent.putIfAbsent(itemId.apply(item), item));
        Map<String, List<ObjectNode>> found = find(results, resultId, sent);
        Map<String, ItemReply> replies = new HashMap<>();
        sent.forEach((id, item) -> replies.put(
                id,
                reply(
                        id,
                        found.getOrDefault(id, List.of()).stream()
                                .map(result -> meaning.apply(item, result))
                                .toList())));
        List<ItemReply> all = new ArrayList<>();
        for (SentItem item : items) {
            ItemReply reply = replies.get(itemId.apply(item));
            all.add(reply == null ? new InDoubt("the answer has no result for it") : reply);
        }
        return all;
    }

    private Map<String, List<ObjectNode>> find(
            JsonNode results, Function<ObjectNode, JsonNode> resultId, Map<String, SentItem> sent) {
        Map<String, List<ObjectNode>> found = new HashMap<>();
        int place = 0;
        for (JsonNode result : results) {
            place++;
            if (!(result instanceof ObjectNode object)
                    || !resultId.apply(object).isString()) {
                oddities.add("result " + place + " has no " + idName);
                continue;
            }
            String id = resultId.apply(object).stringValue();
            if (sent.containsKey(id)) {
                found.computeIfAbsent(id, key -> new ArrayList<>()).add(object);
            } else {
                oddities.add(
                        "result " + place + " is for " + idName + " " + Oddities.quoted(id) + ", which was not sent");
            }
        }
        return found;
    }

    private ItemReply reply(String id, List<ItemReply> said) {
        String name = idName + " " + Oddities.quoted(id);
        if (said.isEmpty()) {
            oddities.add("no result for " + name);
            return new InDoubt("the answer has no result for it");
        }
        if (said.size() == 1) {
            return said.get(0);
        }
        boolean agree = said.stream().allMatch(Failed.class::isInstance)
                || (said.get(0) instanceof Succeeded && said.stream().distinct().count() == 1);
        oddities.add(said.size() + " results for " + name + (agree ? "" : ", which contradict each other"));
        return agree
                ? said.get(0)
                : new InDoubt("the answer has " + said.size() + " results for it, which contradict each other");
    }
}
