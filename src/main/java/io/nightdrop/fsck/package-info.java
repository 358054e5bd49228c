/**
 * Looks for what should not be: bytes without rows, rows without bytes, work without an end, figures that do not add up, and
 * says what to do. It asks the tables with statements of its own, so that an error in a store does not hide itself. Needs
 * {@code report}, {@code inbox}, {@code vault}, {@code result}.
 */
@NullMarked
package io.nightdrop.fsck;

import org.jspecify.annotations.NullMarked;
