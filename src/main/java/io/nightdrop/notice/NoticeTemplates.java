package io.nightdrop.notice;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.nightdrop.notice.Notice.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;

/** The texts of notices, {@code templates/notice}, one for each kind. They are the operator's, and not to be changed in the settings. */
final class NoticeTemplates {

    private final Map<Kind, Template> templates = new EnumMap<>(Kind.class);

    NoticeTemplates() {
        for (Kind kind : Kind.values()) {
            templates.put(
                    kind,
                    Mustache.compiler()
                            .escapeHTML(false)
                            .emptyStringIsFalse(true)
                            .compile(text(kind)));
        }
    }

    private static String text(Kind kind) {
        String name = kind.name().toLowerCase(Locale.ROOT) + ".txt";
        try {
            return new ClassPathResource("templates/notice/" + name).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    String fill(Kind kind, Map<String, Object> model) {
        Template template = templates.get(kind);
        if (template == null) {
            throw new IllegalStateException("There are no words for " + kind);
        }
        return template.execute(model).strip() + "\n";
    }
}
