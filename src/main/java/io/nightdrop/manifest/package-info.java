/**
 * Reads what a drop says it holds: JSON, JSON Lines, CSV and TSV manifests as streams of items, folders and ZIP archives
 * as bundles of companions. Knows formats, not operations; needs nobody.
 */
@NullMarked
package io.nightdrop.manifest;

import org.jspecify.annotations.NullMarked;
