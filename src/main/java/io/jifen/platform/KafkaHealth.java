package io.jifen.platform;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/** Whether the broker is there. Without it new events are refused; all else goes on. */
@Readiness
@ApplicationScoped
class KafkaHealth implements HealthCheck {

    private final Map<String, Object> settings;
    private final Probe probe = new Probe("kafka", this::describeCluster);
    private volatile @Nullable Admin admin;

    KafkaHealth(@Identifier("default-kafka-broker") Map<String, Object> broker) {
        settings = new HashMap<>(broker);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 1000);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 1000);
    }

    @Override
    public HealthCheckResponse call() {
        return probe.state();
    }

    /** Called by one thread at a time. The client can't be made before the broker's name resolves. */
    private CompletionStage<?> describeCluster() {
        Admin known = admin;
        if (known == null) {
            known = Admin.create(settings);
            admin = known;
        }
        return known.describeCluster().nodes().toCompletionStage();
    }

    @PreDestroy
    void close() {
        Admin known = admin;
        if (known != null) {
            known.close(Duration.ZERO);
        }
    }
}
