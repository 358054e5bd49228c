/** What the user can set, as validated records; needs nobody, everybody may read it. */
@NullMarked
package io.nightdrop.settings;

import org.jspecify.annotations.NullMarked;
