package io.jifen.warehouse;

import io.jifen.platform.Time;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** The room's door for those who call off what they have asked for. */
@ApplicationScoped
public class Withdrawal {

    private final Time time;

    Withdrawal(Time time) {
        this.time = time;
    }

    /**
     * Ends, in the caller's transaction, the orders of these exchanges where the carrier can't have the parcel: it was
     * not asked for a waybill, or turned the request away. A worker that is about to ask either finds the order ended, or
     * was first and the order goes on.
     *
     * @return the exchanges that will not be shipped; of the others there is no order, or it is too late
     */
    public Set<Long> withdraw(Connection connection, Collection<Long> exchangeIds) throws SQLException {
        return ShippingSql.cancel(connection, new TreeSet<>(exchangeIds), time.now());
    }
}
