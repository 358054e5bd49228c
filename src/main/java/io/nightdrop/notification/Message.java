package io.nightdrop.notification;

/**
 * What an applicant reads.
 *
 * @param subject one line
 * @param text for a mail program that shows no HTML
 * @param html the same, as a page
 */
record Message(String subject, String text, String html) {}
