package io.nightdrop.mail;

import jakarta.activation.DataSource;
import jakarta.mail.internet.InternetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a recipient reads.
 *
 * @param to the one recipient
 * @param subject one line
 * @param text for every mail program
 * @param html the same, as a page; null when there is none
 * @param attachment a file to go with it, under its name; null when there is none
 */
public record Letter(
        InternetAddress to,
        String subject,
        String text,
        @Nullable String html,
        @Nullable DataSource attachment) {}
