package io.jifen.activity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Invitations. */
@ConfigMapping(prefix = "jifen.invitation")
interface InvitationConfig {

    enum Pay {
        /** With the invitation. */
        AT_ONCE,
        /** When the invitee's first order has earned points, so that invented users bring nothing. */
        FIRST_ORDER
    }

    @WithDefault("AT_ONCE")
    Pay pay();

    /** Between two tries while the database is away: short beside an outage, long beside a failed connection. */
    @WithDefault("1s")
    Duration pause();
}
