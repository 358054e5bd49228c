/**
 * Tells applicants what is asked of them: one message for each workflow and drop, kept in a table and sent by mail.
 * Needs {@code mail}, {@code vault}, {@code result}, {@code database}, {@code settings}.
 */
@NullMarked
package io.nightdrop.notification;

import org.jspecify.annotations.NullMarked;
