/** The operator's commands. Needs {@code job} and what it shows; nobody needs it. */
@NullMarked
package io.nightdrop.cli;

import org.jspecify.annotations.NullMarked;
