/**
 * Sends messages that stand in tables: claimed with a lease, on disk before they leave, each with a verdict of its own, tried again
 * with growing pauses. Knows nothing of what they say or to whom. Needs {@code database}, {@code settings}.
 */
@NullMarked
package io.nightdrop.mail;

import org.jspecify.annotations.NullMarked;
