/** What applicants are told about the documents that they are asked for. */
@NullMarked
package io.nightdrop.notification;

import org.jspecify.annotations.NullMarked;
