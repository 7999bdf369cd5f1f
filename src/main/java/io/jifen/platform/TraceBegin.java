package io.jifen.platform;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Which traces there are: a request may begin one, and what is part of one is told. What the service does by itself (the
 * relay that looks ten times a second, jobs) begins none: each of its statements would be one.
 */
@Singleton
class TraceBegin {

    private final Sampler sampler;

    /** @param share of the requests that begin a trace, 0 to 1; those whose callers have begun one are not asked */
    TraceBegin(@ConfigProperty(name = "quarkus.otel.traces.sampler.arg", defaultValue = "1.0") double share) {
        sampler = Sampler.parentBased(new Requests(Sampler.traceIdRatioBased(share)));
    }

    @Produces
    @Singleton
    Sampler sampler() {
        return sampler;
    }

    private record Requests(Sampler share) implements Sampler {

        @Override
        public SamplingResult shouldSample(
                Context parent,
                String traceId,
                String name,
                SpanKind kind,
                Attributes attributes,
                List<LinkData> parentLinks) {
            return kind == SpanKind.SERVER
                    ? share.shouldSample(parent, traceId, name, kind, attributes, parentLinks)
                    : SamplingResult.drop();
        }

        @Override
        public String getDescription() {
            return "Requests{" + share.getDescription() + "}";
        }
    }
}
