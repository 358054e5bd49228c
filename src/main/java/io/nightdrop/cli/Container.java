package io.nightdrop.cli;

import io.nightdrop.node.Node;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the Spring container when a command first asks for something of it. */
final class Container implements AutoCloseable {

    /** Spring Integration, whose pollers and channels only a service has. */
    private static final String POLLING =
            "org.springframework.boot.integration.autoconfigure.IntegrationAutoConfiguration";

    private final Class<?> application;
    private final String[] arguments;
    private final Map<String, Object> defaults = new HashMap<>();
    private @Nullable ConfigurableApplicationContext context;

    Container(Class<?> application, String[] arguments) {
        this.application = application;
        this.arguments = arguments;
        defaults.put("nightdrop-process.runs", "false");
        defaults.put("logging.threshold.console", "warn");
        defaults.put("spring.autoconfigure.exclude", POLLING);
    }

    /** This process runs drops, so it must be the only one that does. To be called before {@link #get}. */
    void runs() {
        defaults.put("nightdrop-process.runs", "true");
    }

    /** This process runs drops when no other one does; see {@link Node#mayRun}. To be called before {@link #get}. */
    void runsIfFree() {
        defaults.put("nightdrop-process.runs", "if-free");
    }

    /** This process is a service, which polls and whose log is read. To be called before {@link #get}. */
    void serves() {
        defaults.put("logging.threshold.console", "trace");
        defaults.remove("spring.autoconfigure.exclude");
    }

    /** A bean of the container. */
    <T> T get(Class<T> type) {
        if (context == null) {
            SpringApplication spring = new SpringApplication(application);
            spring.setBannerMode(Banner.Mode.OFF);
            spring.setLogStartupInfo(false);
            spring.setDefaultProperties(defaults);
            context = spring.run(arguments);
        }
        return context.getBean(type);
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
        }
    }
}
