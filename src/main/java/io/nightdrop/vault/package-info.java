/** The embedded document store: bytes in a content-addressed folder, users, workflows and documents as rows. */
@NullMarked
package io.nightdrop.vault;

import org.jspecify.annotations.NullMarked;
