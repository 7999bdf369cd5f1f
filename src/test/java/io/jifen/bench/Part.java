package io.jifen.bench;

import java.util.List;

/** One thing that is measured; {@link #run} may rely on an empty database, or on one in which others have no say. */
interface Part {

    /** In the order in which they run: reading balances brings the service's HTTP up to speed for those after it. */
    List<Part> ALL = List.of(
            new Baseline(),
            new EventsApplied(),
            new BalanceReads(),
            new SynchronousPostings(),
            new HotAccount(),
            new OppositeTransfers(),
            new Duplicates(),
            new Publishing(),
            new Growth(),
            new SignIns(),
            new ManyRules());

    /** By which it is chosen: {@code -Dbench.only=b,c}. */
    char letter();

    String title();

    void run(World world, Report report) throws Exception;
}
