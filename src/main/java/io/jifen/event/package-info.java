/**
 * Events in: what other systems say their users did, by REST, by the compatibility API, by Kafka or by the file. It
 * checks them, keeps them safe in the broker, and turns them into postings. It decides no points: the rules do, under
 * the ledger's locks.
 *
 * <p>All ways but the import lead through topic {@code points.events}, so there is one consumer and one behaviour, and
 * the answer 202 means that the broker has the event, which is all that a sender waits for. The consumer takes whole
 * batches and acknowledges one only after its postings are committed. Whatever the broker delivers twice, the ledger
 * knows by its key. An outage of the database or the broker makes it wait, never skip; only an event that could never
 * be applied is put aside, as a dead letter. A refusal is not that: it is an answer. An admin may have a dead letter sent
 * again, once; where its key is dead, which as an outcome is final, the message is posted under a key made of that one.
 *
 * <p>The connector hands over bytes and nothing else. Its own JSON, dead-letter and retry features act on single
 * messages or stop the channel at the first bad one; a batch with one bad message in it must go on.
 *
 * <p>The import of another system's accounts is here as well: it is one more way in, for what happened before. A detail
 * is stored first and waits for its account, whose opening takes all of its details along as its history. Which of them
 * are in the history by now is written in the ledger's own transaction, as a companion of the posting, so that no crash
 * can leave it open.
 *
 * <p>So are grants in bulk: a file of events, stored row by row and sent by a job through the same topic, a few thousand
 * rows ahead of what is applied, so that other senders' events don't wait behind a million of them. A row's key is made
 * of the job's id and the row's number, so that sending rows again, after a crash, grants nothing again. What became of
 * a row is read from its key's outcome. A job that nobody will ever start is removed with its rows; it is marked first, so
 * that a start whose commit takes long either is seen or finds the mark. They are here and not in room {@code activity} because all they need is: the
 * events' checks, the publisher and the reader of CSV.
 *
 * <p>Doors: {@link io.jifen.event.Imports} for the local profile's sample accounts, {@link io.jifen.event.DeadLetters}
 * for rooms that read other topics.
 */
@NullMarked
package io.jifen.event;

import org.jspecify.annotations.NullMarked;
