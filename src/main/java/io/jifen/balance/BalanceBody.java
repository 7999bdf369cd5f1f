package io.jifen.balance;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A balance as clients see it. */
@Schema(name = "Balance", description = "What somebody has; points past their last day are left out")
record BalanceBody(
        @Schema(examples = "alice") String userId,

        @Schema(description = "Points that can be spent", examples = "80")
        long available,

        @Schema(description = "Points reserved by holds", examples = "20")
        long frozen,

        @Schema(description = "Of the account's last entry; 0 before the first", examples = "3")
        long version) {

    static BalanceBody of(KnownBalance balance) {
        return new BalanceBody(balance.userId(), balance.available(), balance.frozen(), balance.version());
    }
}
