package io.jifen.rule;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A condition of a rule or campaign, compiled; see {@link Conditions}. */
final class Condition {

    /** What it says of a deed. */
    enum Outcome {
        MET,
        NOT_MET,
        /** It asks for an attribute that isn't there, say: no match, and worth somebody's attention. */
        FAILED
    }

    private final String source;
    private final CelRuntime.@Nullable Program program;

    /** @param program null: it can't be compiled, so it fails whenever it is asked */
    Condition(String source, CelRuntime.@Nullable Program program) {
        this.source = source;
        this.program = program;
    }

    String source() {
        return source;
    }

    Outcome of(Map<String, Object> facts) {
        if (program == null) {
            return Outcome.FAILED;
        }
        try {
            return switch (program.eval(facts)) {
                case Boolean met -> met ? Outcome.MET : Outcome.NOT_MET;
                case null, default -> Outcome.FAILED;
            };
        } catch (CelEvaluationException | RuntimeException e) {
            return Outcome.FAILED; // whatever a text from outside makes of it, the posting goes on without it
        }
    }
}
