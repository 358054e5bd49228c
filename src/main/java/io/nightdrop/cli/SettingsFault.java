package io.nightdrop.cli;

import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.validation.FieldError;

/** A wrong setting in one line that names the property. */
final class SettingsFault {

    private SettingsFault() {}

    static String of(Throwable failure) {
        BindException binding = null;
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            root = cause;
            if (cause instanceof UnboundConfigurationPropertiesException unbound) {
                Set<String> names = unbound.getUnboundProperties().stream()
                        .map(property -> property.getName().toString())
                        .collect(Collectors.toCollection(TreeSet::new));
                return "unknown setting " + String.join(", ", names);
            }
            if (cause instanceof BindValidationException invalid) {
                return invalid.getValidationErrors().getAllErrors().stream()
                        .map(error -> error instanceof FieldError field
                                ? invalid.getValidationErrors().getName() + "." + kebab(field.getField()) + " "
                                        + field.getDefaultMessage()
                                : String.valueOf(error.getDefaultMessage()))
                        .sorted()
                        .collect(Collectors.joining("; "));
            }
            if (cause instanceof BindException bind) {
                binding = bind;
            }
        }
        if (binding == null) {
            return String.valueOf(root.getMessage());
        }
        String reason = reason(binding, root);
        if (reason.startsWith("nightdrop.")) {
            return reason;
        }
        return binding.getName() + ": " + value(binding) + "cannot be used: " + reason;
    }

    private static String reason(BindException binding, Throwable root) {
        if (root instanceof UnsupportedCharsetException || root instanceof IllegalCharsetNameException) {
            return "there is no such charset";
        }
        Class<?> type = binding.getTarget().getType().resolve();
        return type != null && type.isEnum()
                ? "it is none of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(one -> ((Enum<?>) one)
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'))
                                .collect(Collectors.joining(", "))
                : String.valueOf(root.getMessage());
    }

    /** The value, when it is that property's own: Spring also names the last one that was read, which may be a password. */
    private static String value(BindException binding) {
        ConfigurationProperty property = binding.getProperty();
        if (property == null || !property.getName().equals(binding.getName())) {
            return "";
        }
        return "'" + property.getValue() + "' ";
    }

    private static String kebab(String field) {
        return field.replaceAll("\\[([^\\]]*)\\]", ".$1")
                .replaceAll("([a-z])([A-Z])", "$1-$2")
                .toLowerCase(Locale.ROOT);
    }
}
