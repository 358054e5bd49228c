/**
 * What can be asked for. An {@link io.nightdrop.operation.Operation} is the one door; each operation has a package of its
 * own below this one with its checks, its batches and its response. Needs {@code manifest}, {@code result} and
 * {@code vault}.
 */
@NullMarked
package io.nightdrop.operation;

import org.jspecify.annotations.NullMarked;
