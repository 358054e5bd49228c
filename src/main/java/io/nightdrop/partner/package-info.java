/**
 * Hands items on to partners over HTTP: a {@link io.nightdrop.partner.PartnerApi} says how many go into a request, what it looks like, and what its
 * answer means; a {@link io.nightdrop.partner.Partner} sends it; a {@link io.nightdrop.partner.Courier} keeps on record what may have taken
 * effect. Needs {@code node}, {@code manifest}, {@code database} and {@code settings}.
 */
@NullMarked
package io.nightdrop.partner;

import org.jspecify.annotations.NullMarked;
