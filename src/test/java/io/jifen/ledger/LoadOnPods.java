package io.jifen.ledger;

import static io.jifen.services.AppProcess.json;

import io.jifen.services.AppProcess;
import io.jifen.services.Tokens;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * Callers that spend and earn on a few accounts, over whatever pod they are pointed at, and remember what they sent and
 * what they were told. A caller that gets no answer, or a 5xx, does what a good one does: it asks again later.
 */
final class LoadOnPods implements AutoCloseable {

    static final int USERS = 5;
    private static final int CALLERS = 8;

    /** Between two requests of a caller: most of the time some are under way, and pods that start have a processor left. */
    private static final Duration BREATH = Duration.ofMillis(30);

    /** Answers that each {@link #start()} waits for. */
    static final int ANSWERED = 20;

    /** A request and the body of its first answer; null: none has come. */
    record Told(String path, String body, String answer) {}

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private final Supplier<AppProcess> pod;
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean stopping;

    /** @param pod gives the pod for the next request; it may be dead */
    LoadOnPods(Supplier<AppProcess> pod) {
        this.pod = pod;
    }

    /** Starts the callers, and returns when some of them have been answered: a pod is slow at its first requests. */
    void start() {
        long before = answered();
        stopping = false;
        for (int i = 0; i < CALLERS; i++) {
            running.add(callers.submit(this::call));
        }
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> answered() >= before + ANSWERED);
    }

    /** Lets the requests under way end, one way or another. */
    void stop() throws Exception {
        stopping = true;
        for (Future<?> caller : running) {
            caller.get(2, TimeUnit.MINUTES);
        }
        running.clear();
    }

    static void forAWhile() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(300, 1500));
    }

    String user(int i) {
        return "load-" + run + "-" + i % USERS;
    }

    /** Opens the accounts and gives each something to spend. */
    void openAccounts(AppProcess app) {
        for (int i = 0; i < USERS; i++) {
            app.post("/api/v1/accounts", Tokens.service(), "{\"userId\":\"%s\"}".formatted(user(i)));
        }
    }

    private void call() {
        while (!stopping) {
            int i = number.incrementAndGet();
            String key = "l-" + run + "-" + i;
            boolean spend = i % 3 == 0;
            String path = spend ? "/api/v1/deductions" : "/api/v1/grants";
            String body = spend ? """
                      {"traceId":"%s","userId":"%s","points":7,"bizType":"CUP","bizNo":"%s"}""".formatted(key, user(i), key) : """
                      {"traceId":"%s","userId":"%s","bizType":"ORDER","bizNo":"%s","amount":3}""".formatted(key, user(i), key);
            told.put(key, new Told(path, body, null));
            try {
                HttpResponse<String> answer = pod.get().post(path, Tokens.service(), body);
                if (answer.statusCode() < 500 && answer.statusCode() != 429) {
                    told.put(key, new Told(path, body, answer.body()));
                } else {
                    failures.add(answer.statusCode() + " " + answer.body());
                }
            } catch (UncheckedIOException e) {
                failures.add(e.toString());
                // The pod died with the request in it: whether it was applied is asked again at the end.
            }
            LockSupport.parkNanos(BREATH.toNanos());
        }
    }

    /** What callers were told that was no answer, since this was asked for the last time; empty: all were served. */
    List<String> failures() {
        List<String> told = List.copyOf(failures);
        failures.clear();
        return told;
    }

    /**
     * Sends everything once more: what was answered before is answered the same, byte for byte, and what was not gets
     * its one answer now. Returns what all accepted requests together add up to, with the registrations.
     */
    long settle(AppProcess app) {
        long sum = 100L * USERS;
        for (Told request : told.values()) {
            HttpResponse<String> answer = app.post(request.path(), Tokens.service(), request.body());
            if (answer.statusCode() >= 500) {
                throw new AssertionError("no answer in the end: " + answer.body());
            }
            if (request.answer() != null && !request.answer().equals(answer.body())) {
                throw new AssertionError("told " + request.answer() + ", and now " + answer.body());
            }
            sum += answer.statusCode() < 300 ? json(answer).get("points").asLong() : 0;
        }
        return sum;
    }

    /** The requests that got an answer when they were sent; not those that {@link #settle} asked about. */
    long answered() {
        return told.values().stream()
                .filter(request -> request.answer() != null)
                .count();
    }

    long available(AppProcess app) {
        long available = 0;
        for (int i = 0; i < USERS; i++) {
            available += json(app.get("/api/v1/accounts/" + user(i), Tokens.service()))
                    .get("available")
                    .asLong();
        }
        return available;
    }

    @Override
    public void close() {
        stopping = true;
        callers.shutdownNow();
    }
}
