package io.jifen.ledger;

import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hands out the slots of {@code daily_total}: two transactions that run at once never have the same, so nobody waits
 * for another's row. The lowest free one first, so that there are as many rows as writers at once, not more. Pods start
 * at different numbers; where two meet, they wait for each other and are still right.
 */
final class Slots {

    private static final int PODS = 16;
    private static final int WRITERS = 64;

    private final TreeSet<Integer> free = new TreeSet<>();
    private int next = ThreadLocalRandom.current().nextInt(PODS) * WRITERS;

    synchronized int take() {
        Integer lowest = free.pollFirst();
        return lowest == null ? next++ : lowest;
    }

    synchronized void giveBack(int slot) {
        free.add(slot);
    }
}
