package io.jifen.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Topics that the service makes where they are missing; those that are there stay as they are. */
@ConfigMapping(prefix = "jifen.kafka")
interface TopicsConfig {

    /** Off where others make topics, or where the service may not. */
    @WithDefault("true")
    boolean createTopics();

    /**
     * Of each topic. They bound how many consumers can share the work, and 12 divide evenly among 1, 2, 3, 4 and 6 pods.
     * More can be added later, but then a user's events may for a while be in two of them.
     */
    @WithDefault("12")
    int partitions();
}
