package io.jifen.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Map;

/** For what kinds of business a service's token is good. */
@ConfigMapping(prefix = "jifen.access")
interface AccessConfig {

    /**
     * The claim that lists them, as a list or as a text with spaces in between. A token without the claim is good for all
     * kinds.
     */
    @WithDefault("biz_types")
    String bizTypesClaim();

    /**
     * By the service's {@code sub}, for issuers that can't be taught a claim: {@code
     * jifen.access.biz-types.order-service=ORDER,REVIEW}. Where both say something, both must allow it.
     */
    Map<String, List<String>> bizTypes();
}
