package io.jifen.activity;

import io.jifen.rule.Deed;

/** Tasks (任务), however they are told: each is decided by the one rule that has its code, or by rule TASK. */
public final class TaskDeed {

    private static final String TASK = "TASK";

    private TaskDeed() {}

    static Deed completed(String code) {
        return decided(new Deed(TASK, code, null, null, null, "task " + code));
    }

    /** The deed, decided by its task's rule if it is a task, whose code is its bizNo. */
    public static Deed decided(Deed deed) {
        if (!deed.bizType().equals(TASK)) {
            return deed;
        }
        return deed.decidedBy(deed.bizNo() == null ? TASK : deed.bizNo());
    }
}
