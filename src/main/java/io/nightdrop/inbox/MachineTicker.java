package io.nightdrop.inbox;

import org.springframework.stereotype.Component;

/** The machine's own, which goes on while the process is frozen. */
@Component
class MachineTicker implements Ticker {

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
