/**
 * The warehouse sends what was exchanged. It is a service of its own that shares nothing with the others but the database
 * and the broker: whoever has the role {@code warehouse} consumes requests and talks to the carrier, and nobody needs it
 * to be there.
 *
 * <p>A request is taken by one transaction: its message is confirmed, the order is written (one for each exchange, by a
 * unique index) and the answer is put into the outbox. So there is no moment in which a message is confirmed and its order
 * lost, and a message that its sender has taken back makes no order, however late it comes. A request that comes again
 * makes nothing new and is answered with how things stand.
 *
 * <p>The carrier is asked afterwards and beside each other, by workers that claim one order at a time by setting its
 * next try, before they ask: a call that hangs keeps its own worker and no other order, and an order whose worker died
 * is tried again. What makes one parcel of many tries is the order's id, which goes with each as the idempotency key;
 * and should the carrier answer twice, the first waybill is kept. From before the call until it is known that it was in
 * vain the order says that the carrier may have the parcel: then a refusal is not final, and nobody can call the order
 * off. Addresses stay no longer than until the carrier has them.
 *
 * <p>Others ask {@link io.jifen.warehouse.Tracking} where a parcel is, and call it off by {@link
 * io.jifen.warehouse.Withdrawal}; both work in any pod.
 */
@NullMarked
package io.jifen.warehouse;

import org.jspecify.annotations.NullMarked;
