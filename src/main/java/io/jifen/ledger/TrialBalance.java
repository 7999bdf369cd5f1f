package io.jifen.ledger;

import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The books at one moment, and whether they balance. */
@Schema(name = "TrialBalance", description = "The books at one moment, and whether they balance")
public record TrialBalance(
        @Schema(description = "Nothing is violated") boolean balanced,

        @Schema(description = "Accounts there are", examples = "3")
        long accounts,

        @Schema(description = """
                                What the entries of each type came to: the sum of their changes of available, frozen \
                                and pending points less that of arrears. Types that only move points within an account, \
                                such as HOLD, come to 0. All types together are available + frozen + pending - arrears.""", examples = "{\"GRANT\":500,\"SPEND\":-120,\"EXPIRE\":-30}")
        Map<EntryType, Long> byType,

        @Schema(examples = "330") long available,
        @Schema(examples = "20") long frozen,
        @Schema(examples = "0") long pending,
        @Schema(examples = "0") long arrears,

        @Schema(description = "Since the first entry; a reconciliation has those of its days")
        Books books,

        @Schema(description = "What is wrong, the first 100")
        List<Violation> violations) {}
