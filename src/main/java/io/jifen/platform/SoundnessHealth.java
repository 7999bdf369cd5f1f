package io.jifen.platform;

import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.providers.extension.HealthCenter;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Not alive once a part that runs by itself has ended: a pod that answers HTTP while its events wait for ever looks well
 * from outside. The messaging extension keeps the failures that ended a channel; those it recovers from, a broker away
 * for example, it doesn't count.
 */
@Liveness
@ApplicationScoped
class SoundnessHealth implements HealthCheck {

    private final Soundness soundness;
    private final HealthCenter channels;

    SoundnessHealth(Soundness soundness, HealthCenter channels) {
        this.soundness = soundness;
        this.channels = channels;
    }

    @Override
    public HealthCheckResponse call() {
        HealthReport ofChannels = channels.getLiveness();
        var response =
                HealthCheckResponse.named("sound").status(soundness.broken().isEmpty() && ofChannels.isOk());
        soundness.broken().forEach(response::withData);
        for (HealthReport.ChannelInfo channel : ofChannels.getChannels()) {
            if (!channel.isOk()) {
                response.withData(channel.getChannel(), "ended");
            }
        }
        return response.build();
    }
}
