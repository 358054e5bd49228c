/** Remembers what became of every drop, every file of a drop and every item. Needs only the database. */
@NullMarked
package io.nightdrop.result;

import org.jspecify.annotations.NullMarked;
