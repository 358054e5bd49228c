/**
 * Item writers for partners' HTTP APIs. So far the part without a network: a {@link io.nightdrop.partner.PartnerApi} says how many items
 * go into a request, what the request looks like, and what its answer means. Needs {@code manifest} and {@code settings}.
 */
@NullMarked
package io.nightdrop.partner;

import org.jspecify.annotations.NullMarked;
