/** {@code users:import}: the vault learns whom documents can be for (product 3.3). */
@NullMarked
package io.nightdrop.operation.users;

import org.jspecify.annotations.NullMarked;
