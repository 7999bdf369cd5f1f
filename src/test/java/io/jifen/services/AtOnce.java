package io.jifen.services;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same thing in many threads that begin at the same moment. */
public final class AtOnce {

    @FunctionalInterface
    public interface Work<T> {
        T of(int number) throws Exception;
    }

    private AtOnce() {}

    /** The results by number, when all are there; fails if one of them does. */
    public static <T> List<T> run(int threads, Work<T> work) throws Exception {
        CountDownLatch ready = new CountDownLatch(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                futures.add(executor.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return work.of(number);
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
