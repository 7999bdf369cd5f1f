package io.jifen.event;

import io.jifen.platform.Points;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Reason;
import io.jifen.platform.Sha256;
import io.jifen.platform.UserId;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A row of the other system's {@code points_details}.
 *
 * @param id which row it is, where that system says so
 * @param points signed
 */
record Detail(
        long row,
        @UserId String openid,
        @Nullable String id,
        @Min(-Points.MAX) @Max(Points.MAX) long points,
        @Nullable @Reason String reason,
        Instant createdAt) {

    private static final int MAX_ID = 60;

    static Detail of(Csv.Row row, ZoneId zone) {
        String id = row.text("id");
        if (id != null && (id.length() > MAX_ID || !id.chars().allMatch(c -> c > ' ' && c <= '~'))) {
            throw invalid("id", "must be at most " + MAX_ID + " printable ASCII characters without spaces");
        }
        long points = row.someNumber("points");
        if (points <= 0) {
            throw invalid("points", "must be greater than 0; action says which way");
        }
        long signed =
                switch (row.someText("action")) {
                    case "add" -> points;
                    case "sub" -> -points;
                    default -> throw invalid("action", "must be add or sub");
                };
        return new Detail(
                row.line(),
                row.someText("openid"),
                id,
                signed,
                row.text("reason"),
                row.someTime("created_at").atZone(zone).toInstant());
    }

    /** What tells this row from others, where it has no id. */
    String fingerprint() {
        String content = String.join("\n", openid, Long.toString(points), createdAt.toString(), String.valueOf(reason));
        return HexFormat.of().formatHex(Sha256.half(content));
    }

    private static ProblemException invalid(String field, String message) {
        return new ProblemException(Problem.invalid(field, message));
    }
}
