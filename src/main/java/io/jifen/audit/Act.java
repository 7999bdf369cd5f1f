package io.jifen.audit;

import org.jspecify.annotations.Nullable;

/**
 * Something an admin does. Made by {@link Audit#act} while the request is at hand; to be recorded by whoever writes the
 * change, on whatever thread.
 *
 * @param who the {@code sub} of the token, or the name of a job
 * @param ip where from; null: by no request
 * @param action 1 to 32 of {@code A-Z 0-9 _}, such as {@code EDIT}
 * @param objectType what kind of thing it is done to, 1 to 32 of {@code A-Z 0-9 _}, such as {@code RULE}
 * @param objectId which one, at most 128 printable ASCII characters
 * @param before as it was, as an object to be written as JSON; null: there was none, or nothing worth telling
 * @param after as it is then
 */
public record Act(
        String who,
        @Nullable String ip,
        @Nullable String device,
        String action,
        String objectType,
        String objectId,
        @Nullable Object before,
        @Nullable Object after,
        @Nullable String reason) {

    public Act from(@Nullable Object state) {
        return new Act(who, ip, device, action, objectType, objectId, state, after, reason);
    }

    public Act to(@Nullable Object state) {
        return new Act(who, ip, device, action, objectType, objectId, before, state, reason);
    }

    public Act because(@Nullable String why) {
        return new Act(who, ip, device, action, objectType, objectId, before, after, why);
    }
}
