package io.nightdrop.notification;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.WrongSettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/**
 * Turns a notification into words: {@code subject.txt}, {@code body.txt} and {@code body.html}, each Nightdrop's own or
 * the file of that name in {@code nightdrop.notify.templates}. What a template is given comes from strangers: it is one
 * line without control characters, and escaped in HTML. A template that cannot be used stops the start.
 */
@Component
class MessageTemplates {

    private static final String KEY = "nightdrop.notify.templates";
    private static final int MAX_SUBJECT = 200;
    private static final String CONTROLS = "[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u202A-\\u202E\\u2066-\\u2069]+";

    private final Template subject;
    private final Template text;
    private final Template html;

    /** @throws WrongSettingException when a template of the user's cannot be read, or not be filled in */
    MessageTemplates(NightdropSettings settings) {
        Path folder = settings.notifications().templates();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new WrongSettingException(KEY + ": there is no folder " + folder);
        }
        this.subject = template(folder, "subject.txt", false);
        this.text = template(folder, "body.txt", false);
        this.html = template(folder, "body.html", true);
    }

    private static Template template(@Nullable Path folder, String name, boolean escape) {
        Path own = folder == null ? null : folder.resolve(name);
        if (own == null || !Files.exists(own)) {
            return compile(shipped(name), escape);
        }
        try {
            Template template = compile(Files.readString(own), escape);
            if (render(template, model("Ana Costa", "w_1", List.of("Passport", "Bank statement"), 1))
                            .isBlank()
                    || render(template, model(null, "w_1", List.of("Passport"), 0))
                            .isBlank()) {
                throw new WrongSettingException(KEY + ": " + own + " gives an empty text");
            }
            return template;
        } catch (MustacheException | UnsupportedOperationException wrong) {
            throw new WrongSettingException(KEY + ": " + own + " is no usable template: " + wrong.getMessage());
        } catch (CharacterCodingException wrong) {
            throw new WrongSettingException(KEY + ": " + own + " is not UTF-8");
        } catch (IOException wrong) {
            throw new WrongSettingException(KEY + ": " + own + " cannot be read: " + wrong);
        }
    }

    private static Template compile(String text, boolean escape) {
        return Mustache.compiler().escapeHTML(escape).emptyStringIsFalse(true).compile(text);
    }

    private static String shipped(String name) {
        try {
            return new ClassPathResource("templates/notification/" + name).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** The message for an applicant. */
    Message message(Notification one) {
        Map<String, Object> model = model(one.applicant(), one.workflowId(), one.documents(), one.moreDocuments());
        return new Message(
                shortened(line(render(subject, model))), render(text, model).strip() + "\n", render(html, model));
    }

    private static String render(Template template, Map<String, Object> model) {
        return template.execute(model);
    }

    private static Map<String, Object> model(
            @Nullable String applicant, String workflow, List<String> documents, long more) {
        Map<String, Object> model = new HashMap<>();
        model.put("applicant", applicant == null ? "" : line(applicant));
        model.put("workflow", line(workflow));
        model.put(
                "documents",
                documents.stream().map(name -> Map.of("name", line(name))).toList());
        model.put("count", documents.size() + more);
        model.put("one", documents.size() + more == 1);
        model.put("more", more > 0 ? String.valueOf(more) : "");
        return model;
    }

    /** One line: no end of a header, no control of a terminal, nothing that turns the direction of what follows. */
    private static String line(String text) {
        return text.replaceAll(CONTROLS, " ").strip();
    }

    private static String shortened(String subject) {
        if (subject.codePointCount(0, subject.length()) <= MAX_SUBJECT) {
            return subject;
        }
        return subject.substring(0, subject.offsetByCodePoints(0, MAX_SUBJECT - 1)) + "…";
    }
}
