package io.jifen.platform;

import org.jspecify.annotations.Nullable;

/** How many items a page of a list has. */
public final class Paging {

    public static final int DEFAULT_LIMIT = 20;
    /** Bounds what one request can make us read; whoever wants more follows the cursor. */
    public static final int MAX_LIMIT = 100;

    private Paging() {}

    /** The asked-for limit, 1 to 100, or 20 when none is asked for. */
    public static int limit(@Nullable Integer limit) {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new ProblemException(Problem.invalid("limit", "must be from 1 to " + MAX_LIMIT));
        }
        return limit;
    }
}
