package io.jifen.reconciliation;

import io.jifen.job.Job;
import jakarta.inject.Singleton;
import java.sql.SQLException;

/** Every night: what changed since the last one. */
@Singleton
class ReconciliationJob implements Job {

    private final Reconciler reconciler;

    ReconciliationJob(Reconciler reconciler) {
        this.reconciler = reconciler;
    }

    @Override
    public String name() {
        return "reconciliation";
    }

    @Override
    public Step step(Progress progress) throws SQLException {
        return reconciler.step(progress, Run.Kind.CHANGES);
    }
}
