package io.jifen.platform;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/** How often requests were answered with a problem, by its code. What the ledger refused, and remembers, it counts itself. */
@Singleton
class ProblemCounts {

    private final Map<String, Counter> byCode = new HashMap<>();

    ProblemCounts(MeterRegistry metrics) {
        for (ProblemCode code : ProblemCode.values()) {
            byCode.put(
                    code.code(),
                    Counter.builder("jifen.http.problems")
                            .description("Requests answered with a problem that is not the ledger's, by its code")
                            .tag("code", code.code())
                            .register(metrics));
        }
    }

    /** There from the start: of a counter that comes with its first problem nobody sees that it rose. */
    void start(@Observes StartupEvent event) {}

    void count(Problem problem) {
        Counter counter = byCode.get(problem.code());
        if (counter != null) {
            counter.increment();
        }
    }
}
