package io.jifen.risk;

import io.jifen.ledger.Guard.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What all checks together say of a move: the weights of those that object, added up. Pure.
 *
 * @param verdict of the checks that are enforced
 * @param shadowVerdict of these and of those in shadow
 * @param score the sum that the verdict goes by
 */
record Ruling(Verdict verdict, Verdict shadowVerdict, int score, List<Reason> reasons) {

    static final String BLOCK_LIST = "BLOCK_LIST";

    static final Ruling NOTHING_FOUND = new Ruling(Verdict.ALLOW, Verdict.ALLOW, 0, List.of());

    static Ruling of(RiskSettings settings, List<RiskSettings.Armed> checks, Move move, Circumstances circumstances) {
        List<Reason> reasons = new ArrayList<>();
        for (RiskSettings.Armed one : checks) {
            Optional<String> objection =
                    one.check().looksAt(move) ? one.check().objection(move, circumstances) : Optional.empty();
            objection.ifPresent(why -> reasons.add(new Reason(one.name().name(), why, one.weight(), one.shadow())));
        }
        if (reasons.isEmpty()) {
            return NOTHING_FOUND;
        }
        int enforced = reasons.stream()
                .filter(reason -> !reason.shadow())
                .mapToInt(Reason::weight)
                .sum();
        int all = reasons.stream().mapToInt(Reason::weight).sum();
        return new Ruling(Verdict.of(enforced, settings), Verdict.of(all, settings), enforced, List.copyOf(reasons));
    }

    /** Somebody is on the block list: no sum can tell otherwise. */
    static Ruling blocked(RiskSettings settings, String whom) {
        Reason reason = new Reason(BLOCK_LIST, "the " + whom + " is on the block list", settings.rejectAt(), false);
        return new Ruling(Verdict.REJECT, Verdict.REJECT, settings.rejectAt(), List.of(reason));
    }
}
