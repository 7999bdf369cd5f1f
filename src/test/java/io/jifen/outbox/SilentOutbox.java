package io.jifen.outbox;

import io.jifen.platform.Ids;
import io.jifen.platform.Time;

/** Keeps messages like the real one, where nobody publishes them: for a ledger outside of the application. */
public final class SilentOutbox extends Outbox {

    @SuppressWarnings("NullAway") // the relay is only woken, and here it isn't
    public SilentOutbox(Ids ids, Time time) {
        super(ids, time, null);
    }

    @Override
    public void wake() {}
}
