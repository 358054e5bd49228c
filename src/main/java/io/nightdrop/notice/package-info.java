/**
 * Tells the people who run an exchange, by mail, what became of each drop and which one did not come. Needs {@code mail},
 * {@code report}, {@code inbox}, {@code result}, {@code database}, {@code settings}.
 */
@NullMarked
package io.nightdrop.notice;

import org.jspecify.annotations.NullMarked;
