package io.jifen.spend;

import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;

/** Numbers that we gave out, as they come back in a path. */
final class Numbers {

    private Numbers() {}

    /** The number; what can't be one of ours is not found, like one that isn't there. */
    static long of(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ProblemException(ProblemCode.NOT_FOUND, "There is nothing of this number.");
        }
    }
}
