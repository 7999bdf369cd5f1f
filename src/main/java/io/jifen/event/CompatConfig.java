package io.jifen.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The compatibility API. */
@ConfigMapping(prefix = "jifen.compat")
interface CompatConfig {

    /** Open to all, as the system it stands in for was. Only for a network in which nobody else is. */
    @WithDefault("false")
    boolean anonymous();

    /** Entries that a page may skip: the database reads what it skips. Whoever needs more has cursors in v1. */
    @WithDefault("100000")
    int maxDepth();
}
