package io.jifen.warehouse;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.ConnectException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.faulttolerance.CircuitBreaker;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Asks the carrier with little patience: whoever calls tries again later. Each number can be set, such as {@code
 * quarkus.fault-tolerance."io.jifen.warehouse.CarrierCalls/order".timeout.value}.
 */
@ApplicationScoped
class CarrierCalls {

    private static final Pattern WAYBILL_NO = Pattern.compile("[!-~]{1,64}");
    private static final Pattern STATUS = Pattern.compile("[A-Z0-9_]{1,32}");

    /** A parcel has ten or twenty; who sends more gets the last ones kept. */
    private static final int STEPS_MAX = 100;

    private static final int TEXT_MAX = 255;

    /** Against causes in a circle. */
    private static final int CAUSES_MAX = 10;

    private final Carrier carrier;

    CarrierCalls(@RestClient Carrier carrier) {
        this.carrier = carrier;
    }

    /**
     * The waybill number of this order; with the same key the same one.
     *
     * @param attempts learns what came of the calls
     * @throws CarrierRefusedException when asking again changes nothing, if no call before has made a parcel; with any
     *     other exception it may
     */
    // 3 s are many times what a carrier that works takes. Two more tries are for a connection lost or a pod of it
    // replaced; with all of them the call ends before the order's next try may begin elsewhere, after 15 s.
    @Timeout(3_000)
    @Retry(
            maxRetries = 2,
            delay = 200,
            jitter = 100,
            abortOn = {CarrierRefusedException.class, CircuitBreakerOpenException.class})
    // Of 10 calls half in vain: it is down, and is left alone for 10 s.
    @CircuitBreaker(
            requestVolumeThreshold = 10,
            failureRatio = 0.5,
            delay = 10_000,
            skipOn = CarrierRefusedException.class)
    String order(String key, Carrier.Consignment consignment, Attempts attempts) {
        attempts.begin();
        String waybillNo;
        try {
            waybillNo = carrier.order(key, consignment).waybillNo();
        } catch (RuntimeException e) {
            if (isInVain(e)) {
                attempts.endInVain();
            }
            throw e;
        }
        if (waybillNo == null || !WAYBILL_NO.matcher(waybillNo).matches()) {
            throw new IllegalStateException("the carrier's answer has no waybill number that can be kept");
        }
        return waybillNo;
    }

    /** Turned away, or never connected: what was to be sent has not arrived. */
    private static boolean isInVain(RuntimeException e) {
        if (e instanceof CarrierRefusedException || e instanceof CarrierBusyException) {
            return true;
        }
        int depth = 0;
        for (Throwable cause = e; cause != null && depth < CAUSES_MAX; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return true;
            }
            depth++;
        }
        return false;
    }

    /** Where the parcel is. */
    // Somebody waits for it, and the last known answer is at hand.
    @Timeout(2_000)
    @CircuitBreaker(
            requestVolumeThreshold = 10,
            failureRatio = 0.5,
            delay = 10_000,
            skipOn = CarrierRefusedException.class)
    Carrier.Progress progress(String waybillNo) {
        Carrier.Progress progress = carrier.progress(waybillNo);
        if (progress.status() == null
                || !STATUS.matcher(progress.status()).matches()
                || stepsOf(progress).anyMatch(step -> step.time() == null || step.text() == null)) {
            throw new IllegalStateException("the carrier's answer doesn't say where the parcel is");
        }
        List<Carrier.Step> steps =
                stepsOf(progress).map(CarrierCalls::shortened).toList();
        return new Carrier.Progress(
                progress.status(), steps.subList(Math.max(0, steps.size() - STEPS_MAX), steps.size()));
    }

    private static Stream<Carrier.Step> stepsOf(Carrier.Progress progress) {
        return progress.steps() == null ? Stream.empty() : progress.steps().stream();
    }

    private static Carrier.Step shortened(Carrier.Step step) {
        Instant time = Objects.requireNonNull(step.time());
        String text = Objects.requireNonNull(step.text());
        return text.length() <= TEXT_MAX ? step : new Carrier.Step(time, text.substring(0, TEXT_MAX));
    }
}
