package io.jifen.event;

import io.jifen.platform.Nickname;
import io.jifen.platform.Points;
import io.jifen.platform.UserId;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A row of the other system's {@code members}. A phone number is not read, on purpose: what isn't kept can't leak.
 *
 * @param level as that system counts them
 * @param expiredOn the day of {@code expired_at}; null: there is none
 */
record Member(
        long row,
        @UserId String openid,
        @Nullable @Nickname String nickname,
        int level,
        @Min(0) @Max(Points.MAX) long points,
        @Min(0) @Max(Points.MAX) long usedPoints,
        @Nullable LocalDate expiredOn) {

    static Member of(Csv.Row row) {
        var expiredAt = row.time("expired_at");
        String nickname = row.text("nickname");
        return new Member(
                row.line(),
                row.someText("openid"),
                nickname == null ? row.text("nick") : nickname,
                Math.toIntExact(Math.clamp(row.number("level", 0), -1, Integer.MAX_VALUE)),
                row.someNumber("points"),
                row.number("used_points", 0),
                expiredAt == null ? null : expiredAt.toLocalDate());
    }
}
