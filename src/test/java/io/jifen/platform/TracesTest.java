package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TracesTest {

    private final List<SpanData> ended = new ArrayList<>();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .setSampler(new TraceBegin(1).sampler())
                    .addSpanProcessor(SimpleSpanProcessor.create(new Kept()))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private final Tracer tracer = telemetry.getTracer("test");
    private final Traces traces = new Traces(telemetry, false);

    @Test
    void a_trace_goes_through_kafka_to_what_is_done_with_the_message() {
        // Given
        Span request = request();
        RecordHeaders headers = new RecordHeaders();

        // When
        try (Scope scope = request.makeCurrent()) {
            traces.sending("points.events", headers).end();
        }
        traces.during("process", SpanKind.CONSUMER, traces.causes(List.of(record(headers))), this::statement);

        // Then
        SpanData sent = named("send points.events");
        SpanData process = named("process");
        assertThat(sent.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
        assertThat(process.getParentSpanId()).isEqualTo(sent.getSpanId());
        assertThat(named("SELECT").getParentSpanId()).isEqualTo(process.getSpanId());
        assertThat(ended)
                .extracting(SpanData::getTraceId)
                .containsOnly(request.getSpanContext().getTraceId());
    }

    @Test
    void a_batch_is_part_of_its_first_cause_and_linked_to_the_others() {
        // Given
        List<Context> causes = new ArrayList<>(List.of(Context.root()));
        IntStream.range(0, 200).forEach(i -> causes.add(Context.root().with(request())));

        // When
        traces.during("post", SpanKind.INTERNAL, causes, this::statement);

        // Then: of the others, as many as are kept
        SpanData batch = named("post");
        assertThat(batch.getTraceId())
                .isEqualTo(Span.fromContext(causes.get(1)).getSpanContext().getTraceId());
        assertThat(batch.getLinks()).hasSize(128);
        assertThat(batch.getTotalRecordedLinks()).isEqualTo(128);
    }

    @Test
    void what_nobody_asked_for_begins_no_trace() {
        // When
        traces.during("post", SpanKind.INTERNAL, List.of(Context.root()), this::statement);
        RecordHeaders headers = new RecordHeaders();

        // Then
        assertThat(traces.sending("points.events", headers)).isNull();
        assertThat(headers).isEmpty();
        assertThat(ended).isEmpty();
    }

    @Test
    void a_failure_is_told_and_passed_on() {
        assertThatIllegalStateException()
                .isThrownBy(() -> traces.during(
                        "post", SpanKind.INTERNAL, List.of(Context.root().with(request())), () -> {
                            throw new IllegalStateException("no");
                        }));
        assertThat(named("post").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void where_tracing_is_off_nothing_is_made() {
        // Given
        Traces off = Traces.off();
        RecordHeaders headers = new RecordHeaders();

        // When
        try (Scope scope = request().makeCurrent()) {
            assertThat(off.here()).isSameAs(Context.root());
            assertThat(off.sending("points.events", headers)).isNull();
        }

        // Then
        assertThat(headers).isEmpty();
        assertThat(off.causes(List.of(record(headers)))).isEmpty();
    }

    private Span request() {
        return tracer.spanBuilder("POST")
                .setSpanKind(SpanKind.SERVER)
                .setNoParent()
                .startSpan();
    }

    private int statement() {
        tracer.spanBuilder("SELECT").setSpanKind(SpanKind.CLIENT).startSpan().end();
        return 1;
    }

    private SpanData named(String name) {
        return ended.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ConsumerRecord<byte[], byte[]> record(Headers headers) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("points.events", 0, 0, null, null);
        headers.forEach(record.headers()::add);
        return record;
    }

    private final class Kept implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            ended.addAll(spans);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
