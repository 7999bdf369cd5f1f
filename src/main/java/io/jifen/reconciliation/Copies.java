package io.jifen.reconciliation;

import io.jifen.ledger.Violation;
import java.util.List;

/** What a room keeps beside the database, such as balances in Redis. */
public interface Copies {

    /** Where the copies of these users' accounts say something else than the database; absent ones are no fault. */
    List<Violation> check(List<String> userIds);
}
