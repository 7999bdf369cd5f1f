package io.jifen.platform;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A failure as logs may have it. Databases quote what they would not take, and that may be about a person: so of a failure
 * that comes from one the types, the SQLState, the error's number and the places in the code are left, and no message.
 */
public final class Unquoted extends Exception {

    private static final long serialVersionUID = 1;

    /** No chain that makes sense is as long; one that leads back to itself ends here. */
    private static final int CAUSES_MAX = 20;

    private Unquoted(Throwable failure, int causes) {
        super(what(failure), cause(failure, causes), false, true);
        setStackTrace(failure.getStackTrace());
    }

    /** The failure itself, where no database is behind it. */
    public static Throwable of(Throwable failure) {
        Throwable next = failure;
        for (int causes = 0; next != null && causes <= CAUSES_MAX; causes++) {
            if (next instanceof SQLException) {
                return new Unquoted(failure, CAUSES_MAX);
            }
            next = next.getCause();
        }
        return failure;
    }

    private static String what(Throwable failure) {
        String type = failure.getClass().getName();
        return failure instanceof SQLException sql
                ? "%s: SQLState %s, error %d".formatted(type, sql.getSQLState(), sql.getErrorCode())
                : type;
    }

    private static @Nullable Throwable cause(Throwable failure, int causes) {
        Throwable cause = failure.getCause();
        return cause == null || causes == 0 ? null : new Unquoted(cause, causes - 1);
    }
}
