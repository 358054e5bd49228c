/**
 * The way to partners' HTTP APIs. A {@link io.nightdrop.partner.PartnerApi} says how many items go into a request, what the request looks like,
 * and what its answer means, without a network; {@link io.nightdrop.partner.Partners} has those of the settings, each with its line, its
 * tokens and its pauses. Needs {@code manifest}, {@code settings} and {@code time}.
 */
@NullMarked
package io.nightdrop.partner;

import org.jspecify.annotations.NullMarked;
