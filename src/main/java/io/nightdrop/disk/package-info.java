/** The discipline of the disk: what is on it, what only seems to be, and many waits at once. Needs nobody. */
@NullMarked
package io.nightdrop.disk;

import org.jspecify.annotations.NullMarked;
