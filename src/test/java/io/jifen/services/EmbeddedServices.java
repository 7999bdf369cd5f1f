package io.jifen.services;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The main class of the JVM that holds MariaDB, Kafka and Redis as its children. It says on standard output what it
 * is doing, in lines that begin with {@link #SAYS}, then that it is ready and where it takes orders
 * ({@link ControlServer}), or that it failed. It ends, with everything it started, when its owner does.
 */
final class EmbeddedServices {

    static final String SAYS = "services: ";
    static final String READY = "ready, orders at port ";
    static final String FAILED = "failed: ";

    private final ServicesPlan plan;
    private final Map<String, ServiceProcess> services = new LinkedHashMap<>();

    private EmbeddedServices(ServicesPlan plan) {
        this.plan = plan;
        if (plan.mariaDbPort() != 0) {
            services.put("mariadb", new MariaDbProcess(plan.mariaDbPort(), plan.data(), plan.binaries()));
        }
        if (plan.kafkaPort() != 0) {
            services.put("kafka", new KafkaProcess(plan.kafkaPort(), plan.data(), plan.quickStart()));
        }
        if (plan.redisPort() != 0) {
            services.put("redis", new RedisProcess(plan.redisPort(), plan.data()));
        }
    }

    public static void main(String[] arguments) {
        // Before there are threads: its log manager deadlocks when two of them are the first to use it.
        LogManager.getLogManager();
        ServicesPlan plan = ServicesPlan.parse(arguments);
        PidFile pidFile = pidFile(plan.data());
        pidFile.write(ProcessHandle.current());
        EmbeddedServices embedded = new EmbeddedServices(plan);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            embedded.end();
            pidFile.delete();
        }));
        Thread.ofPlatform().start(embedded::endWithOwner);
        try {
            embedded.start();
            say(READY + ControlServer.start(embedded.services));
        } catch (Exception e) {
            say(FAILED + e.getMessage());
            System.exit(1);
        }
    }

    static PidFile pidFile(Path data) {
        return ServiceProcess.pidFile(data, "services");
    }

    private static void say(String line) {
        System.out.println(SAYS + line);
    }

    private void start() throws Exception {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        for (ServiceProcess service : services.values()) {
            starts.add(CompletableFuture.runAsync(
                    () -> start(service), task -> Thread.ofPlatform().start(task)));
        }
        // The first to fail ends the wait for the others.
        CompletableFuture<Void> all = CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new));
        starts.forEach(start -> start.whenComplete((ok, failure) -> {
            if (failure != null) {
                all.completeExceptionally(failure.getCause());
            }
        }));
        try {
            all.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new Exception(e.getCause().getMessage(), e.getCause());
        }
    }

    private static void start(ServiceProcess service) {
        try {
            long begin = System.nanoTime();
            service.prepare(progress -> say(service.title + ": " + progress));
            service.start();
            say("%s answers on port %d (%.1f s)"
                    .formatted(service.title, service.port, (System.nanoTime() - begin) / 1e9));
        } catch (Exception e) {
            throw new IllegalStateException(String.valueOf(e.getMessage()), e);
        }
    }

    private void end() {
        List<Thread> ends = services.values().stream()
                .map(service -> Thread.ofPlatform().start(plan.throwAway() ? service::kill : service::stop))
                .toList();
        for (Thread end : ends) {
            try {
                end.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits for the owner's end and takes with it what the owner started and left running: a Maven that is killed
     * leaves the JVM of dev mode behind.
     */
    private void endWithOwner() {
        Set<ProcessHandle> family = new HashSet<>();
        try {
            while (true) {
                ProcessHandle owner = PidFile.parse(plan.owner()).orElse(null);
                if (owner == null) {
                    break;
                }
                if (!plan.throwAway()) {
                    // Remembered from before: one that is dying has no children any more.
                    family.removeIf(member -> !member.isAlive());
                    family.addAll(familyOf(owner));
                }
                Thread.sleep(300);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Collection<Thread> ends = family.stream()
                .map(member -> Thread.ofPlatform().start(() -> ServiceProcess.end(member, Duration.ofSeconds(10))))
                .toList();
        for (Thread end : ends) {
            try {
                end.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        System.exit(0);
    }

    private static List<ProcessHandle> familyOf(ProcessHandle owner) {
        ProcessHandle self = ProcessHandle.current();
        Set<ProcessHandle> ours =
                Stream.concat(Stream.of(self), self.descendants()).collect(Collectors.toSet());
        return owner.descendants().filter(member -> !ours.contains(member)).toList();
    }
}
