/**
 * The receipts that senders get: what is owed to whom, and how each file appears in its folder whole and once. Needs {@code report},
 * {@code inbox}, {@code sftp}, {@code result}, {@code node}, {@code settings}.
 */
@NullMarked
package io.nightdrop.receipt;

import org.jspecify.annotations.NullMarked;
