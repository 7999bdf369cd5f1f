package io.jifen.rule;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A condition of a rule or campaign, compiled when it is first asked; see {@link Conditions}. */
final class Condition {

    /** What it says of a deed. */
    enum Outcome {
        MET,
        NOT_MET,
        /** It asks for an attribute that isn't there, say: no match, and worth somebody's attention. */
        FAILED
    }

    private final String source;
    private final Conditions conditions;
    private volatile @Nullable Compiled compiled;

    /** @param program null: it can't be compiled, so it fails whenever it is asked */
    private record Compiled(CelRuntime.@Nullable Program program) {}

    Condition(String source, Conditions conditions) {
        this.source = source;
        this.conditions = conditions;
    }

    String source() {
        return source;
    }

    Outcome of(Map<String, Object> facts) {
        CelRuntime.Program asked = program();
        if (asked == null) {
            return Outcome.FAILED;
        }
        try {
            return switch (asked.eval(facts)) {
                case Boolean met -> met ? Outcome.MET : Outcome.NOT_MET;
                case null, default -> Outcome.FAILED;
            };
        } catch (CelEvaluationException | RuntimeException | StackOverflowError e) {
            return Outcome.FAILED; // whatever a text from outside makes of it, the posting goes on without it
        }
    }

    boolean isCompiled() {
        return compiled != null;
    }

    /** Two at once may both compile it, to the same. */
    private CelRuntime.@Nullable Program program() {
        Compiled known = compiled;
        if (known == null) {
            known = new Compiled(conditions.saved(source));
            compiled = known;
        }
        return known.program();
    }
}
