/** {@code workflows:import}: the vault learns which documents can be asked for (product 3.3). */
@NullMarked
package io.nightdrop.operation.workflows;

import org.jspecify.annotations.NullMarked;
