/** {@code documents:submitBatch}: documents for users, into the vault (contracts B5, B6; seed of that name). */
@NullMarked
package io.nightdrop.operation.documents;

import org.jspecify.annotations.NullMarked;
