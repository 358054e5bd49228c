/** {@code workflow.requiredDocument.batchRequestDocument}: applicants are asked for documents (product 3.2). */
@NullMarked
package io.nightdrop.operation.requests;

import org.jspecify.annotations.NullMarked;
