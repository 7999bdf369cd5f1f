package io.jifen.bench;

import java.time.Duration;

/**
 * How much of everything there is.
 *
 * @param fresh          whether each part gets empty tables, so that none is measured among what others left
 * @param heatStepsMax   steps of the warm-up before all parts
 * @param heatStep       how long each of these steps
 * @param warmUp         how long each load over HTTP goes on before it is measured
 * @param measured       how long it is measured
 * @param accounts       with 12 lots each
 * @param callersAccounts with 12 lots each, where it matters less how many there are
 * @param deepAccounts   with 300 lots each
 * @param events         in the topic when it is measured how fast they are applied
 * @param warmUpEvents   applied before that
 * @param published      events that are published one by one, and once more in batches
 * @param shortHistory   entries that the growth starts at
 * @param longHistory    entries that it is measured again with
 * @param endingLots     that are to run out in one night
 */
record Scale(
        boolean fresh,
        int heatStepsMax,
        Duration heatStep,
        Duration warmUp,
        Duration measured,
        int accounts,
        int callersAccounts,
        int deepAccounts,
        int events,
        int warmUpEvents,
        int published,
        int shortHistory,
        int longHistory,
        int endingLots) {

    /** What the numbers are about. */
    static final int CONNECTIONS = 64;

    static final int LOTS = 12;
    static final int MANY_LOTS = 300;

    /** Meant to let a run of all parts take 20 minutes at most on two cores that have nothing else to do. */
    static Scale full() {
        return new Scale(
                true,
                9,
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofSeconds(8),
                100_000,
                20_000,
                1_000,
                60_000,
                20_000,
                20_000,
                100_000,
                5_000_000,
                1_000_000);
    }

    /** Of no use as a measurement: it shows that everything runs. */
    static Scale smoke() {
        return new Scale(
                false,
                1,
                Duration.ofMillis(200),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                400,
                200,
                20,
                1_000,
                200,
                400,
                1_000,
                3_000,
                1_200);
    }
}
