package io.jifen.bench;

import java.util.List;

/** One thing that is measured; {@link #run} may rely on an empty database, or on one in which others have no say. */
interface Part {

    /**
     * In the order in which they run: reconciliation before there is much to be looked at, where tables are not emptied in
     * between; publishing, which needs pods that have just started, comes last.
     */
    List<Part> ALL = List.of(
            new Baseline(),
            new Reconciling(),
            new EventsApplied(),
            new BalanceReads(),
            new SynchronousPostings(),
            new HotAccount(),
            new OppositeTransfers(),
            new Duplicates(),
            new SignIns(),
            new ManyRules(),
            new Exchanges(),
            new Expiring(),
            new Growth(),
            new Publishing());

    /** By which it is chosen: {@code -Dbench.only=b,c}. */
    char letter();

    String title();

    /** Then that one is warm when the part begins. */
    default boolean usesService() {
        return true;
    }

    void run(World world, Report report) throws Exception;
}
