/** Joins the stops into one restartable Spring Batch job, {@code process-drop}, and runs it. May use everybody but {@code cli}. */
@NullMarked
package io.nightdrop.job;

import org.jspecify.annotations.NullMarked;
