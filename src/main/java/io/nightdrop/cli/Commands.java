package io.nightdrop.cli;

import java.lang.reflect.Constructor;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the commands; one that wants the container gets it. */
final class Commands implements IFactory {

    private final Container container;

    Commands(Container container) {
        this.container = container;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Container.class) {
                return type.cast(constructor.newInstance(container));
            }
        }
        return CommandLine.defaultFactory().create(type);
    }
}
