package io.nightdrop.partner.simulator;

import java.util.List;

/** The client went away in the middle of a request; with the items that had come until then. */
final class RequestCut extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<SeenItem> items;

    RequestCut(List<SeenItem> items) {
        super("The request was cut", null, false, false);
        this.items = items;
    }

    List<SeenItem> items() {
        return items;
    }
}
