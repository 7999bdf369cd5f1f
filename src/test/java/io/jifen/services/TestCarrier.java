package io.jifen.services;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The carrier, where the application under test looks for it, for as long as it is open. It gives a waybill for each
 * key, and misbehaves for one exchange or for all, as it is told.
 */
public final class TestCarrier implements AutoCloseable {

    /** What it does when it is asked for a waybill. */
    public enum Manner {
        ANSWERS,
        /** It has the order, and never says so. */
        HANGS,
        /** The same, and to a repetition it says that it is still at it. */
        HANGS_THEN_CONFLICTS,
        FAILS,
        /** The same the first time, and then it refuses. */
        FAILS_THEN_REFUSES,
        /** It turns the request away and takes nothing. */
        BUSY,
        REFUSES,
        /** It forgets the keys it has seen: each call gets another waybill. */
        FORGETS
    }

    /** A call for a waybill. */
    public record Call(String key, String exchangeId, JsonNode body) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<String, Manner> manners = new ConcurrentHashMap<>();
    private volatile Manner mannerOfOthers = Manner.ANSWERS;
    private volatile boolean tracks = true;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, String> waybills = new ConcurrentHashMap<>();
    private final Map<String, String> progress = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> looks = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    private TestCarrier(HttpServer server) {
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/waybills", this::answer);
        server.start();
    }

    public static TestCarrier open() {
        try {
            return new TestCarrier(HttpServer.create(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), TestServices.carrierPort()), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How it treats this exchange from now on. */
    public void treat(long exchangeId, Manner manner) {
        manners.put(Long.toString(exchangeId), manner);
    }

    /** How it treats all others from now on. */
    public void treatOthers(Manner manner) {
        mannerOfOthers = manner;
    }

    /** What it says of a parcel; nothing, and it fails to say. */
    public void says(String waybillNo, String json) {
        progress.put(waybillNo, json);
    }

    /** Whether it can tell where parcels are. */
    public void tracks(boolean can) {
        tracks = can;
    }

    /** The calls for a waybill of this exchange. */
    public List<Call> calls(long exchangeId) {
        return calls.stream()
                .filter(call -> call.exchangeId().equals(Long.toString(exchangeId)))
                .toList();
    }

    /** How often it was asked where this parcel is. */
    public int looks(String waybillNo) {
        return looks.getOrDefault(waybillNo, new AtomicInteger()).get();
    }

    private void answer(HttpExchange http) throws IOException {
        try (http) {
            if (http.getRequestMethod().equals("POST")) {
                order(http);
            } else {
                track(http);
            }
        }
    }

    private void order(HttpExchange http) throws IOException {
        JsonNode body = JSON.readTree(http.getRequestBody());
        String key = http.getRequestHeaders().getFirst("Idempotency-Key");
        String exchangeId = body.path("reference").asText();
        boolean first = calls(Long.parseLong(exchangeId)).isEmpty();
        calls.add(new Call(key, exchangeId, body));
        String waybillNo = waybills.computeIfAbsent(key, k -> "TC-" + k);
        switch (manners.getOrDefault(exchangeId, mannerOfOthers)) {
            case ANSWERS -> send(http, 200, "{\"waybillNo\":\"" + waybillNo + "\"}");
            case FORGETS -> send(http, 200, "{\"waybillNo\":\"" + waybillNo + "-" + number.incrementAndGet() + "\"}");
            case FAILS -> send(http, 503, "{}");
            case FAILS_THEN_REFUSES -> send(http, first ? 503 : 422, "{}");
            case BUSY -> send(http, 429, "{}");
            case REFUSES -> send(http, 422, "{}");
            case HANGS_THEN_CONFLICTS -> {
                if (first) {
                    hang();
                } else {
                    send(http, 409, "{}");
                }
            }
            case HANGS -> hang();
        }
    }

    private void track(HttpExchange http) throws IOException {
        String path = http.getRequestURI().getPath();
        String waybillNo = path.substring(path.lastIndexOf('/') + 1);
        looks.computeIfAbsent(waybillNo, no -> new AtomicInteger()).incrementAndGet();
        String known = progress.get(waybillNo);
        send(http, tracks && known != null ? 200 : 503, known == null ? "{}" : known);
    }

    private void hang() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange http, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().add("Content-Type", "application/json");
        http.sendResponseHeaders(status, bytes.length);
        http.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
