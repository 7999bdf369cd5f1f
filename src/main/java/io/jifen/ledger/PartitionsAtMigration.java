package io.jifen.ledger;

import io.jifen.platform.Time;
import jakarta.enterprise.inject.spi.CDI;
import org.eclipse.microprofile.config.ConfigProvider;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Makes the partitions with the tables: who migrates may change tables, and pods that start afterwards can write entries
 * at once, whichever of them starts first.
 *
 * <p>Public, with a public constructor, because Flyway makes it ({@code quarkus.flyway.callbacks}).
 */
public class PartitionsAtMigration implements Callback {

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.AFTER_MIGRATE;
    }

    /** An ALTER commits what it finds open. */
    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return false;
    }

    /**
     * A run that only migrates has failed without them. A service has not: its user need not have that right, and where
     * the partitions are there already nothing is amiss.
     */
    @Override
    public void handle(Event event, Context context) {
        Partitions partitions = CDI.current().select(Partitions.class).get();
        Time time = CDI.current().select(Time.class).get();
        boolean migratesOnly = ConfigProvider.getConfig()
                .getOptionalValue("jifen.migrate-only", Boolean.class)
                .orElse(false);
        if (!partitions.ensure(time.now()) && migratesOnly) {
            throw new FlywayException("the partitions could not be made; the log says why");
        }
    }

    @Override
    public String getCallbackName() {
        return "partitions";
    }
}
