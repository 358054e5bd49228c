package io.nightdrop.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.stereotype.Component;

/** Refuses a setting such as {@code ${PASSWORD}} when nothing of that name is there: Spring would take the words themselves for the password. */
@Component
class MissingVariables implements ConfigurationPropertiesBindHandlerAdvisor {

    private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("nightdrop");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]*)}");

    @Override
    public BindHandler apply(BindHandler handler) {
        return new AbstractBindHandler(handler) {
            @Override
            public @Nullable Object onSuccess(
                    ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
                if (OURS.isAncestorOf(name) && context.getConfigurationProperty() != null) {
                    Matcher missing = PLACEHOLDER.matcher(String.valueOf(result));
                    if (missing.find()) {
                        throw new WrongSettingException(
                                name + ": there is neither a variable nor a file of the name " + missing.group(1));
                    }
                }
                return super.onSuccess(name, target, context, result);
            }
        };
    }
}
