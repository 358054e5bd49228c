package io.nightdrop.partner.simulator;

import java.io.IOException;

/** What came is no HTTP request. */
final class NoHttp extends IOException {

    private static final long serialVersionUID = 1L;

    NoHttp(String message) {
        super(message);
    }
}
