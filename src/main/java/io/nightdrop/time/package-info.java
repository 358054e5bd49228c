/** The clocks that everything asks, and the one form in which moments are kept and printed. Needs nobody. */
@NullMarked
package io.nightdrop.time;

import org.jspecify.annotations.NullMarked;
