/**
 * Finds drops that are ready, takes them in, and puts their sources away afterwards. Knows nothing of what is in them:
 * {@link io.nightdrop.inbox.Contents} tells it which companions a manifest names. Needs {@code settings}, {@code result}.
 */
@NullMarked
package io.nightdrop.inbox;

import org.jspecify.annotations.NullMarked;
