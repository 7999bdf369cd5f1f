package io.jifen.risk;

/** What becomes of a request. */
enum Verdict {
    ALLOW,
    REVIEW,
    REJECT;

    static Verdict of(int score, RiskSettings settings) {
        return score >= settings.rejectAt() ? REJECT : score >= settings.reviewAt() ? REVIEW : ALLOW;
    }
}
