package io.jifen.reconciliation;

import io.jifen.job.Job;
import jakarta.inject.Singleton;
import java.sql.SQLException;

/** Once a week: every account from its first entry on, and what only all rows together can tell. */
@Singleton
class FullReconciliationJob implements Job {

    private final Reconciler reconciler;

    FullReconciliationJob(Reconciler reconciler) {
        this.reconciler = reconciler;
    }

    @Override
    public String name() {
        return "reconciliation-full";
    }

    @Override
    public Step step(Progress progress) throws SQLException {
        return reconciler.step(progress, Run.Kind.FULL);
    }
}
