package io.jifen.risk;

import io.jifen.ledger.Guard.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Counts what was decided. All tags are of a few values: nobody's id is one. */
@Singleton
class RiskMetrics {

    private final MeterRegistry registry;

    RiskMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counters are there from the start: of one that comes with its first move nobody sees that it rose. */
    void start(@Observes StartupEvent event) {
        for (Verdict verdict : Verdict.values()) {
            for (Verdict shadow : Verdict.values()) {
                decisions(verdict, shadow);
            }
        }
        for (RiskSettings.Name check : RiskSettings.Name.values()) {
            objections(check.name(), true);
            objections(check.name(), false);
        }
        objections(Ruling.BLOCK_LIST, false);
    }

    /** A move that checks, or a list, had something to say about. */
    void count(Ruling ruling) {
        decisions(ruling.verdict(), ruling.shadowVerdict()).increment();
        for (Reason reason : ruling.reasons()) {
            objections(reason.check(), reason.shadow()).increment();
        }
    }

    /** Moves that checks looked at and found nothing wrong with. */
    void countUnsuspicious(int moves) {
        decisions(Verdict.ALLOW, Verdict.ALLOW).increment(moves);
    }

    private Counter decisions(Verdict verdict, Verdict shadow) {
        return registry.counter("jifen.risk.decisions", "verdict", verdict.name(), "shadow", shadow.name());
    }

    private Counter objections(String check, boolean shadow) {
        return registry.counter("jifen.risk.objections", "check", check, "mode", shadow ? "SHADOW" : "ENFORCE");
    }
}
