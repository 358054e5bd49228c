package io.nightdrop.cli;

import io.nightdrop.mail.MailState;
import io.nightdrop.mail.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What came of sending mail, as the commands tell of it. */
final class MailText {

    private MailText() {}

    /** Whether a pass has anything to tell. */
    static boolean anything(Pass pass) {
        return pass.settled() + pass.waiting() > 0;
    }

    /** {@code notifications: 12 sent, 1 undeliverable, 3 waiting: why}. */
    static String of(String what, Pass pass) {
        List<String> parts = new ArrayList<>();
        add(parts, pass.sent(), MailState.SENT.word());
        add(parts, pass.inApp(), MailState.IN_APP.word());
        add(parts, pass.undeliverable(), MailState.UNDELIVERABLE.word());
        add(parts, pass.waiting(), "waiting");
        String why = pass.trouble() == null ? "" : ": " + pass.trouble();
        return Output.clean(what + ": " + String.join(", ", parts) + why);
    }

    static ObjectNode json(JsonMapper mapper, Pass pass) {
        ObjectNode node = mapper.createObjectNode();
        node.put("sent", pass.sent());
        node.put("inApp", pass.inApp());
        node.put("undeliverable", pass.undeliverable());
        node.put("waiting", pass.waiting());
        if (pass.trouble() != null) {
            node.put("trouble", pass.trouble());
        }
        return node;
    }

    /** Adds {@code 12 sent} to a list, unless there are none. */
    static void add(List<String> parts, long count, String word) {
        if (count > 0) {
            parts.add(String.format(Locale.ROOT, "%,d %s", count, word));
        }
    }
}
