package io.jifen.platform;

/** The broker answers, and has no such topic. A message to it may go the next time, when somebody has made the topic. */
public final class TopicMissingException extends BrokerUnavailableException {

    private static final long serialVersionUID = 1;

    TopicMissingException(String topic) {
        super("the broker has no topic " + topic);
    }
}
