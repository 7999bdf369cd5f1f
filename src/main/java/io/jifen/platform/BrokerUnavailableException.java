package io.jifen.platform;

/** The broker has not confirmed a message in time. It may have it all the same: send again with the same key. */
public sealed class BrokerUnavailableException extends RuntimeException permits TopicMissingException {

    private static final long serialVersionUID = 1;

    BrokerUnavailableException(String message) {
        super(message);
    }

    BrokerUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
