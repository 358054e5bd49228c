package io.nightdrop.operation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Gathers all that is wrong with an item's fields, so that its sender can correct everything at once. */
public final class Problems {

    private static final int MAX_OBJECT_BYTES = 16 * 1024;
    private static final int MAX_OBJECT_DEPTH = 5;

    private final List<String> messages = new ArrayList<>();

    /** Adds one. */
    public void add(String message) {
        messages.add(message);
    }

    /** Adds all that was found in a part of the item. */
    public void addAll(String place, Problems part) {
        part.messages.forEach(message -> add(place + message));
    }

    /** All of them in one sentence; empty when there is none. */
    public Optional<ItemError> error(String code) {
        return messages.isEmpty() ? Optional.empty() : Optional.of(new ItemError(code, String.join("; ", messages)));
    }

    /** A field that must be a text of 1 to {@code max} characters; the empty string when it is not. */
    public String text(JsonNode parent, String path, int max) {
        JsonNode value = at(parent, path);
        String text = optionalText(parent, path, max);
        if (absent(value)) {
            add(path + " is required");
        } else if (text == null && value.isString() && value.stringValue().isBlank()) {
            add(path + " must not be empty");
        }
        return text == null ? "" : text;
    }

    /** A field that may be missing or blank, else must be a text of up to {@code max} characters; null when it is not. */
    public @Nullable String optionalText(JsonNode parent, String path, int max) {
        JsonNode value = at(parent, path);
        if (absent(value)) {
            return null;
        }
        if (!value.isString()) {
            add(path + " must be a string");
            return null;
        }
        String text = value.stringValue();
        if (text.isBlank()) {
            return null;
        }
        if (text.length() > max) {
            add(path + " is longer than " + max + " characters");
            return null;
        }
        return text;
    }

    /** A field that must be one of the words; the empty string when it is not. */
    public String oneOf(JsonNode parent, String path, Collection<String> words) {
        String text = text(parent, path, 256);
        if (!text.isEmpty() && !words.contains(text)) {
            add(path + " must be one of " + String.join(", ", words));
            return "";
        }
        return text;
    }

    /** A free object that may be missing, of at most 16 KiB and 5 levels (contracts D, P-24). */
    public void optionalObject(JsonNode parent, String path) {
        JsonNode value = at(parent, path);
        if (absent(value)) {
            return;
        }
        if (!value.isObject()) {
            add(path + " must be an object");
        } else if (depth(value) > MAX_OBJECT_DEPTH) {
            add(path + " is nested deeper than " + MAX_OBJECT_DEPTH + " levels");
        } else if (value.toString().length() > MAX_OBJECT_BYTES) {
            add(path + " is larger than " + MAX_OBJECT_BYTES + " bytes");
        }
    }

    /** Whether a field counts as not given. */
    public static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static JsonNode at(JsonNode parent, String path) {
        JsonNode node = parent;
        for (String name : path.split("\\.", -1)) {
            node = node instanceof ObjectNode object ? object.path(name) : MissingNode.getInstance();
        }
        return node;
    }

    private static int depth(JsonNode node) {
        int deepest = 0;
        for (JsonNode child : node) {
            deepest = Math.max(deepest, depth(child));
        }
        return node.isContainer() ? deepest + 1 : deepest;
    }
}
