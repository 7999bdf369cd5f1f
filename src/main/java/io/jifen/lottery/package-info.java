/**
 * Lotteries (抽奖): points for a ticket, and what the ticket wins. A room of its own beside {@code spend}, since it has
 * tables, versions and a companion, which the others there need not know.
 *
 * <p>A draw spends, picks and pays out in one posting: its ticket, a number below the sum of the weights, comes from a
 * secure random source before anything is locked, and which prize it stands for follows from the lottery's version alone.
 * So each draw can be checked afterwards, by its version and its ticket, and a batch that is decided twice gives nobody
 * a second ticket. Of the prizes only the one on the ticket is locked.
 *
 * <p>A prize that is out of stock is not drawn: its tickets win nothing, and the odds of the others stay what they were.
 * Were its weight shared among the others, their odds would depend on who drew before. The odds that are published are
 * those: weight by sum of weights while there is stock, else 0.
 */
@NullMarked
package io.jifen.lottery;

import org.jspecify.annotations.NullMarked;
