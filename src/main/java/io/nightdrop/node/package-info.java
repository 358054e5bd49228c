/**
 * Several processes on one database: each is a node with a lease, an inbox is claimed by one of them at a time, and a node
 * that lost its lease cannot write for its drops any more (docs/decisions/0009-nodes.md). Needs {@code database} and
 * {@code settings}.
 */
@NullMarked
package io.nightdrop.node;

import org.jspecify.annotations.NullMarked;
