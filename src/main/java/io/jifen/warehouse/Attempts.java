package io.jifen.warehouse;

/** The calls for one waybill, as one worker makes them one after the other. */
final class Attempts {

    private int calls;
    private int inVain;

    void begin() {
        calls++;
    }

    /** The last one has surely made no parcel. */
    void endInVain() {
        inVain++;
    }

    /** Whether the carrier was called at all: not so while it is left alone. */
    boolean any() {
        return calls > 0;
    }

    /** Whether one of them may have made a parcel, for nobody knows how it ended. */
    boolean mayHaveShipped() {
        return calls > inVain;
    }
}
