package io.jifen.account;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Optional;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Who an account belongs to and whether it is blocked. Its points are not mapped: they are the ledger's, and they are
 * read in one statement, which an entity and its relations are not. An edit writes what it changed and nothing else, so
 * that a new nickname undoes nobody's blocking.
 */
@Entity
@DynamicUpdate
@Table(name = "account")
class Account extends PanacheEntityBase {

    /** What a user may do with the account. */
    enum Status {
        ACTIVE,
        /** Refuses what the user starts, and transfers in. */
        BLOCKED
    }

    @Id
    public long id;

    @Column(name = "user_id", updatable = false)
    public String userId;

    public @Nullable String nickname;

    @Enumerated(EnumType.STRING)
    public Status status;

    static Optional<Account> ofUser(String userId) {
        return find("userId", userId).firstResultOptional();
    }
}
