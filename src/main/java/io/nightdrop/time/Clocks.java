package io.nightdrop.time;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The machine's clocks; tests bring their own. */
@Configuration(proxyBeanMethods = false)
class Clocks {

    /** The one that everything asks for the time. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** The one that goes on while the process is frozen, and is never set. */
    @Bean
    Ticker ticker() {
        return System::nanoTime;
    }
}
