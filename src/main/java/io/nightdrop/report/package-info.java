/**
 * Tells the sender and the operator what became of a drop: response, summary, results, corrections and a page, all made
 * from the database. Needs {@code operation}, {@code notification}, {@code result}, {@code vault}.
 */
@NullMarked
package io.nightdrop.report;

import org.jspecify.annotations.NullMarked;
