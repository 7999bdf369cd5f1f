package io.jifen.ledger;

import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Says how the next posting would find an account: past lots expired, holds that ran out released, arrears repaid from
 * them. The same decision as a posting's, on facts read without a lock; nothing is written.
 */
@Singleton
public class Standings {

    private final DataSource database;
    private final LadderSource ladder;
    private final Time time;

    Standings(DataSource database, LadderSource ladder, Time time) {
        this.database = database;
        this.ladder = ladder;
        this.time = time;
    }

    /** The user's account as of this moment; empty if there is none. */
    public Optional<AccountView> of(String userId, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, time.zone());
        return Snapshot.read(database, connection -> {
            Long id = LedgerSql.accountsOfUsers(connection, Set.of(userId)).get(userId);
            if (id == null) {
                return Optional.empty();
            }
            Posting settling = Posting.keyless(new Target.Account(id), new Operation.Settle());
            Located located = new Located(settling, 0, id, null);
            Facts facts = new Facts(connection);
            Book book = facts.look(List.of(located));
            facts.read(List.of(located), now, today);
            // What it enters nobody will see, so any terms of refunds and any ids do.
            Terms terms = new Terms(time.zone(), ladder.ladder(), 0, 0);
            new Decision(book, now, terms, new AtomicLong()::incrementAndGet)
                    .decide(settling, book.account(id), null, Map.of(), Guard.Facts.NONE);
            return Optional.of(book.account(id).view());
        });
    }
}
