/**
 * The way to a folder on an SFTP server and back: listing, fetching, delivering and moving files so that every fault is noticed and
 * no file is ever half there. Knows nothing of inboxes; needs manifest, disk, settings.
 */
@NullMarked
package io.nightdrop.sftp;

import org.jspecify.annotations.NullMarked;
