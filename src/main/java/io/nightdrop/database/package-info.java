/** What H2 and PostgreSQL have in common for us: many rows in one statement, and commits that last. Needs {@code settings}. */
@NullMarked
package io.nightdrop.database;

import org.jspecify.annotations.NullMarked;
