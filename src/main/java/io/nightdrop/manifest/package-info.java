/**
 * Reads what a drop says it holds: JSON, JSON Lines, CSV, TSV and tagged manifests as streams of items, in our names or by
 * rules in their sender's; folders and ZIP archives as bundles of companions. Knows formats, not operations; needs nobody.
 */
@NullMarked
package io.nightdrop.manifest;

import org.jspecify.annotations.NullMarked;
