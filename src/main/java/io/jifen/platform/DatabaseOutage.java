package io.jifen.platform;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away, failing over or too busy from a mistake of ours: the first is worth a retry. */
public final class DatabaseOutage {

    /** Lock time-out, query time-out, and the three ways of a server to say that it is read-only now. */
    private static final Set<Integer> VENDOR_CODES = Set.of(1205, 3024, 1290, 1792, 1836);

    private DatabaseOutage() {}

    public static boolean isBehind(Throwable failure) {
        return cause(failure) != null;
    }

    static String describe(Throwable failure) {
        SQLException cause = cause(failure);
        return cause == null
                ? failure.toString()
                : cause + ", SQLState " + cause.getSQLState() + ", code " + cause.getErrorCode();
    }

    private static @Nullable SQLException cause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isOutage(sql)) {
                return sql;
            }
        }
        return null;
    }

    private static boolean isOutage(SQLException failure) {
        String state = failure.getSQLState();
        // Without a state it comes from the connection pool (no connection in time), not from the driver. 08: the
        // connection; 40: rolled back by the server, a deadlock for example.
        return state == null
                || state.startsWith("08")
                || state.startsWith("40")
                || failure instanceof SQLTimeoutException
                || VENDOR_CODES.contains(failure.getErrorCode());
    }
}
