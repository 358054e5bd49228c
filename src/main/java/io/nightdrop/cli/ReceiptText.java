package io.nightdrop.cli;

import io.nightdrop.receipt.Delivery;
import io.nightdrop.receipt.Receipt;
import io.nightdrop.time.Timestamps;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Receipts as the commands tell of them. */
final class ReceiptText {

    private ReceiptText() {}

    /** Whether a delivery has anything to tell. */
    static boolean anything(Delivery delivery) {
        return delivery.handedBack() + delivery.waiting() > 0;
    }

    /** {@code sis: 5 receipts handed back, 2 waiting: why}. */
    static String of(String inbox, Delivery delivery) {
        String text = String.format(Locale.ROOT, "%s: %,d receipts handed back", inbox, delivery.handedBack());
        if (delivery.waiting() > 0) {
            text += String.format(Locale.ROOT, ", %,d waiting: %s", delivery.waiting(), delivery.trouble());
        }
        return Output.clean(text);
    }

    static ObjectNode json(JsonMapper mapper, String inbox, Delivery delivery) {
        ObjectNode node = mapper.createObjectNode();
        node.put("inbox", inbox);
        node.put("handedBack", delivery.handedBack());
        node.put("waiting", delivery.waiting());
        if (delivery.trouble() != null) {
            node.put("trouble", delivery.trouble());
        }
        return node;
    }

    /** {@code results.csv handed back at …} or why it was not. */
    static String of(Receipt receipt) {
        if (receipt.handedBackAt() != null) {
            return receipt.file() + " handed back at " + Timestamps.iso(receipt.handedBackAt());
        }
        return receipt.file() + " not handed back yet" + (receipt.trouble() == null ? "" : ": " + receipt.trouble());
    }

    static ObjectNode json(JsonMapper mapper, Receipt receipt) {
        ObjectNode node = mapper.createObjectNode();
        node.put("file", receipt.file());
        node.put("handedBackAt", receipt.handedBackAt() == null ? null : Timestamps.iso(receipt.handedBackAt()));
        node.put("trouble", receipt.trouble());
        return node;
    }
}
