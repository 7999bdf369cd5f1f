package io.jifen.platform;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Whether the parts of the service that run by themselves still do. One that ended doesn't come back without a restart. */
@Singleton
public class Soundness {

    private static final Logger LOG = Logger.getLogger(Soundness.class);

    private final Map<String, String> broken = new ConcurrentHashMap<>();

    /** To be told by a part that ends without having been asked to. */
    public void broken(String what, Throwable why) {
        LOG.errorf(why, "%s ended and can't go on; this pod says that it is not alive, to be started anew", what);
        broken.put(what, why.getClass().getSimpleName());
    }

    /** The parts that have ended, each with the kind of failure that ended it. */
    public Map<String, String> broken() {
        return Map.copyOf(broken);
    }
}
