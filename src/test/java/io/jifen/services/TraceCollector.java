package io.jifen.services;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Where pods send their traces, for as long as it is open. It keeps what it gets and reads none of it. */
public final class TraceCollector implements AutoCloseable {

    private final HttpServer server;
    private final List<String> exports = new CopyOnWriteArrayList<>();

    private TraceCollector(HttpServer server) {
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    public static TraceCollector open() {
        try {
            return new TraceCollector(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With which a pod of this name sends its traces here, soon. */
    public Map<String, String> settings(String name) {
        return Map.of(
                "quarkus.otel.sdk.disabled", "false",
                "quarkus.otel.service.name", name,
                "quarkus.otel.bsp.schedule.delay", "200ms",
                "quarkus.otel.exporter.otlp.protocol", "http/protobuf",
                "quarkus.otel.exporter.otlp.endpoint",
                        "http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** All that the pod of this name told together with this trace; protocol buffers, a character a byte. */
    public String toldBy(String name, String traceId) {
        String id = new String(HexFormat.of().parseHex(traceId), StandardCharsets.ISO_8859_1);
        return exports.stream()
                .filter(export -> export.contains(name) && export.contains(id))
                .collect(Collectors.joining("\n"));
    }

    private void take(HttpExchange http) throws IOException {
        try (http) {
            exports.add(new String(http.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            http.sendResponseHeaders(200, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
