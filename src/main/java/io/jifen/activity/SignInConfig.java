package io.jifen.activity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

/** What sign-ins earn beside their rule. */
@ConfigMapping(prefix = "jifen.sign-in")
interface SignInConfig {

    /** Each so many days in a row the rule of bizType SIGN_IN_STREAK grants as well: a week. 0: never. */
    @WithDefault("7")
    @Min(0)
    int bonusEvery();
}
