package io.jifen.ledger;

import java.time.LocalDate;

/** How often, and with how many points, an account has used a rule or a limit on a day. */
record UsageState(Of key, int times, long points) {

    record Of(long accountId, String code, LocalDate day) implements Comparable<Of> {
        @Override
        public int compareTo(Of other) {
            int order = Long.compare(accountId, other.accountId);
            order = order != 0 ? order : code.compareTo(other.code);
            return order != 0 ? order : day.compareTo(other.day);
        }
    }

    UsageState plus(long more) {
        return new UsageState(key, times + 1, Math.addExact(points, more));
    }
}
