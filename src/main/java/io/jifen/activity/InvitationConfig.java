package io.jifen.activity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Invitations. */
@ConfigMapping(prefix = "jifen.invitation")
interface InvitationConfig {

    enum Pay {
        /** With the invitation. */
        AT_ONCE,
        /** When the invitee's first order is there, whatever it earns, so that invented users bring nothing. */
        FIRST_ORDER
    }

    @WithDefault("AT_ONCE")
    Pay pay();
}
