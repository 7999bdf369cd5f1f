package io.jifen.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How reliable messages are sent again. */
@ConfigMapping(prefix = "jifen.messages")
interface MessageConfig {

    /** The shortest pause before a message is sent again: a receiver that works has confirmed it by then. */
    @WithDefault("5s")
    Duration retryFirst();

    /** The longest one: what a receiver that was away for long waits for, and little load however many messages wait. */
    @WithDefault("10m")
    Duration retryMax();

    /** From so many tries on a message counts as overdue, for an alert: with these pauses after about a quarter of an hour. */
    @WithDefault("8")
    int alertTries();

    /**
     * How long a message is kept once it is confirmed or withdrawn. Longer than the broker keeps its topic (a week, unless
     * it was told otherwise): a withdrawn message that is read again must still be known as such.
     */
    @WithDefault("30d")
    Duration keepSettled();

    /** Messages claimed at once: a commit for each page, and all of them are with the broker in milliseconds. */
    @WithDefault("200")
    int page();
}
