package io.jifen.platform;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Carries traces where no extension does: through Kafka, and into batches, which have as many causes as they have
 * postings. A batch belongs to the trace of its first cause and is linked to the others, so that a quiet service, or a
 * sampled one, shows a whole way from the request to its SQL. Where tracing is off, nothing here does anything.
 */
@Singleton
public class Traces {

    /** What the standard keeps of a span; a batch may have 500 causes. */
    private static final int LINKS_MAX = 128;

    private final boolean on;
    private final Tracer tracer;
    private final TextMapPropagator propagator;

    Traces(
            OpenTelemetry telemetry,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "true") boolean off) {
        on = !off;
        tracer = telemetry.getTracer("io.jifen");
        propagator = telemetry.getPropagators().getTextMapPropagator();
    }

    /** Where there is nobody to tell: for tests and tools. */
    public static Traces off() {
        return new Traces(OpenTelemetry.noop(), true);
    }

    /** What the caller is part of, to be given to {@link #during} later, in another thread. */
    public Context here() {
        return on ? Context.current() : Context.root();
    }

    /** What these messages' senders were part of; empty where tracing is off. */
    public List<Context> causes(Iterable<? extends ConsumerRecord<?, ?>> records) {
        List<Context> causes = new ArrayList<>();
        if (on) {
            records.forEach(record -> causes.add(propagator.extract(Context.root(), record.headers(), GETTER)));
        }
        return causes;
    }

    /** Does the work as a part of what caused it. */
    public <T> T during(String what, SpanKind kind, List<Context> causes, Supplier<T> work) {
        Span span = begin(what, kind, causes);
        if (span == null) {
            return work.get();
        }
        try (Scope scope = span.makeCurrent()) {
            return work.get();
        } catch (RuntimeException | Error e) {
            span.setStatus(StatusCode.ERROR).recordException(e);
            throw e;
        } finally {
            span.end();
        }
    }

    /**
     * A message on its way, which takes the trace with it in its headers; to be ended when the broker has it.
     *
     * @return null where there is no trace: there is nothing to end
     */
    @Nullable
    Span sending(String topic, Headers headers) {
        Span span = on ? begin("send " + topic, SpanKind.PRODUCER, List.of(Context.current())) : null;
        if (span != null) {
            propagator.inject(
                    Context.root().with(span),
                    headers,
                    (_, name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        }
        return span;
    }

    /** Null where none of the causes is part of a trace. */
    private @Nullable Span begin(String what, SpanKind kind, List<Context> causes) {
        if (!on) {
            return null;
        }
        SpanBuilder builder = null;
        int links = 0;
        for (Context cause : causes) {
            Span of = Span.fromContext(cause);
            if (!of.getSpanContext().isValid()) {
                continue;
            }
            if (builder == null) {
                builder = tracer.spanBuilder(what).setSpanKind(kind).setParent(cause);
            } else if (links < LINKS_MAX) {
                builder.addLink(of.getSpanContext());
                links++;
            }
        }
        return builder == null
                ? null
                : builder.setAttribute("jifen.causes", causes.size()).startSpan();
    }

    private static final TextMapGetter<Headers> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            List<String> keys = new ArrayList<>();
            headers.forEach(header -> keys.add(header.key()));
            return keys;
        }

        @Override
        public @Nullable String get(@Nullable Headers headers, String key) {
            Header header = headers == null ? null : headers.lastHeader(key);
            return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        }
    };
}
