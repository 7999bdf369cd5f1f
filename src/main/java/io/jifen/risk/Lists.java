package io.jifen.risk;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everybody who is on the block or the allow list, as of one moment. */
final class Lists {

    enum List {
        BLOCK,
        ALLOW
    }

    enum Kind {
        USER,
        DEVICE,
        IP
    }

    record Whom(Kind kind, String value) {}

    /** @param expiresAt from then on it is as if it were not there; null: for good */
    record Entry(
            long id,
            List list,
            Whom whom,
            String reason,
            @Nullable Instant expiresAt,
            String createdBy,
            Instant createdAt) {}

    /** On which list, and by what. */
    record Found(List list, Kind kind) {

        String shown() {
            return kind.name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Whom, Entry> entries = new HashMap<>();

    Lists(Collection<Entry> all) {
        all.forEach(entry -> entries.put(entry.whom(), entry));
    }

    /**
     * Where a move is found: blocked by any of its sides, else allowed by the user whose points they are or by where the
     * request comes from.
     *
     * @param receiver of a transfer, who can be blocked too
     */
    @Nullable
    Found find(String userId, @Nullable String receiver, @Nullable Origin origin, Instant now) {
        if (entries.isEmpty()) {
            return null;
        }
        Found user = find(Kind.USER, userId, now);
        Found other = receiver == null ? null : find(Kind.USER, receiver, now);
        Found device = origin == null || origin.device() == null ? null : find(Kind.DEVICE, origin.device(), now);
        Found ip = origin == null ? null : find(Kind.IP, origin.ip(), now);
        for (@Nullable Found found : new @Nullable Found[] {user, other, device, ip}) {
            if (found != null && found.list() == List.BLOCK) {
                return found;
            }
        }
        return user != null ? user : device != null ? device : ip;
    }

    private @Nullable Found find(Kind kind, String value, Instant now) {
        Entry entry = entries.get(new Whom(kind, value));
        return entry == null || (entry.expiresAt() != null && !now.isBefore(entry.expiresAt()))
                ? null
                : new Found(entry.list(), kind);
    }
}
