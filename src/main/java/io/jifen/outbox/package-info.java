/**
 * The outbox makes sure that what the service tells others is neither lost nor told before it is true: messages are
 * written in the transaction they speak of and published afterwards. One row takes the messages of a whole batch, since
 * a row each would double the rows a posting writes. One relay leads over all pods, by a lease in the database, and
 * publishes page by page; it picks whatever rows there are instead of following a cursor, because ids become visible in
 * another order than they were made. A row goes when the broker has all of its messages, so a message may come twice and
 * never not at all. Any room may append; only Kafka's clients read what comes out.
 *
 * <p>A reliable message ({@link io.jifen.outbox.Messages}) is more: its sender has to know that it was acted on, not only
 * that the broker has it, so it has a row of its own and is sent again, with growing pauses and for good, until it is
 * confirmed, taken back or given up. The same leading relay sends them. A message and its confirmation meet in that row,
 * and nowhere else: so taking back and confirming exclude each other, whoever is first.
 */
@NullMarked
package io.jifen.outbox;

import org.jspecify.annotations.NullMarked;
