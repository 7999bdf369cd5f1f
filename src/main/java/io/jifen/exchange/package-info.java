/**
 * Goods (兑换商品) and exchanges (兑换记录): what points buy, and what becomes of it until it is delivered.
 *
 * <p>An exchange is decided under the account's lock and that of its goods, as a companion of the posting that pays for
 * it: points, stock, coupon codes, the record and the message to the warehouse change in one transaction, and "out of
 * stock" is an outcome like "too few points". A batch locks each goods item once and writes its stock once, however many
 * exchanges of it there are. One companion does all that changes stock (exchanges, prizes, what comes back), for two
 * would overwrite each other's figures in one batch.
 *
 * <p>An exchange has the number of its spend, so it has exactly one, and what gives points back refunds that number;
 * the ledger refunds such a spend for this room alone. It
 * moves through its states by legal steps only: each is an update that names the states it may come from, or a posting
 * that holds the row's lock, so that results that come late, twice or out of order change nothing.
 *
 * <p>The address is a snapshot in the message to the warehouse, for it and for nobody else: it is in no answer, no log and
 * no table of this room. The message's row loses it when the warehouse has confirmed it or the exchange is called off, the
 * warehouse's order when the carrier has the parcel; the broker's topic keeps its copy for as long as it is told to.
 * What is called off is called off there too: the message is taken back, or the warehouse's order ended, in the same
 * transaction. A coupon's codes are given out with the lock of their goods held, and are in no log either.
 *
 * <p>Doors: {@link io.jifen.exchange.Exchanges} for rooms that give goods away, {@link io.jifen.exchange.Catalog} for
 * whoever fills the shelves.
 */
@NullMarked
package io.jifen.exchange;

import org.jspecify.annotations.NullMarked;
