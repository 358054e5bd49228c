/** The application class and the clock. */
@NullMarked
package io.nightdrop;

import org.jspecify.annotations.NullMarked;
