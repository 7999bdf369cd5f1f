/**
 * Jobs: what is done by night, or because somebody asked for it, in many small batches. A room gives a {@link
 * io.jifen.job.Job}, which has a name and does one batch; everything else is here. When it is due, who does it, how far
 * it is, what becomes of it when its pod dies, how long it pauses, and who may start and stop it, is the same for all of
 * them.
 *
 * <p>A run is a row. What is due is entered under the local date and time it is due at, which is unique: a second pod, a
 * clock that is set back or an hour that comes twice finds the row and does nothing. A lock lets one pod at a time work
 * on a job; it goes by the pods' clocks, so a pod whose clock is wrong may take it too early. Therefore the row has an
 * attempt as well: whoever takes a run over raises it, and the one before can't finish another batch. The batch that
 * both may have in their hands is why a batch done twice must be harmless, which postings are.
 *
 * <p>The design has job runs in the platform; they have rows, a resource and rules of their own, so they are a room. Not
 * here: what runs every few seconds and has nothing to tell of a run (holds that ran out, the copies of rules that each
 * pod keeps, the outbox), for a row each would be more work than theirs.
 */
@NullMarked
package io.jifen.job;

import org.jspecify.annotations.NullMarked;
