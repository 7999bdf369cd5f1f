package io.jifen.event;

import io.jifen.ledger.Answer;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Requests;
import io.jifen.platform.Caller;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Traces;
import io.opentelemetry.api.trace.SpanKind;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Applies events, batch by batch. Returning normally acknowledges the batch, so this returns when all of it is
 * committed or put aside, and throws only when the service stops: then the batch is delivered again, to whom it may
 * concern.
 */
@ApplicationScoped
class EventConsumer {

    private static final Logger LOG = Logger.getLogger(EventConsumer.class);

    private final Intake intake;
    private final EventPostings postings;
    private final Ledger ledger;
    private final Requests requests;
    private final DeadLetters deadLetters;
    private final Patience patience;
    private final Traces traces;

    EventConsumer(
            Intake intake,
            EventPostings postings,
            Ledger ledger,
            Requests requests,
            DeadLetters deadLetters,
            Patience patience,
            Traces traces) {
        this.intake = intake;
        this.postings = postings;
        this.ledger = ledger;
        this.requests = requests;
        this.deadLetters = deadLetters;
        this.patience = patience;
        this.traces = traces;
    }

    @Incoming("events")
    @Blocking // in order: the next batch of a partition waits for this one
    public void apply(ConsumerRecords<byte[], byte[]> records) {
        traces.during("process points.events", SpanKind.CONSUMER, traces.causes(records), () -> applyAll(records));
    }

    /** How many there were. */
    private int applyAll(ConsumerRecords<byte[], byte[]> records) {
        List<ConsumerRecord<byte[], byte[]>> readable = new ArrayList<>(records.count());
        List<Posting> wishes = new ArrayList<>(records.count());
        List<DeadLetter> dead = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                wishes.add(posting(record));
                readable.add(record);
            } catch (ProblemException e) {
                dead.add(deadLetter(record, e.problem()));
            } catch (Patience.StoppedException e) {
                throw e;
            } catch (RuntimeException e) {
                dead.add(deadLetter(record, defect(record, e)));
            }
        }
        List<Answer> answers = patience.untilDone("posting events", () -> ledger.post(wishes));
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof Answer.Rejected(Problem problem)) {
                dead.add(deadLetter(readable.get(i), problem));
            }
        }
        patience.untilDone("putting dead letters aside", () -> {
            deadLetters.bury(dead);
            return true;
        });
        return records.count();
    }

    private Posting posting(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            throw new ProblemException(Problem.invalid("body", "must not be empty"));
        }
        Event event = intake.read(record.value());
        Key key = Intake.key(Objects.requireNonNull(event.traceId()));
        boolean again = header(record, EventPublisher.REPLAY) != null;
        return postings.posting(
                event,
                again ? patience.untilDone("finding outcomes", () -> requests.forReplay(key)) : key,
                operator(record));
    }

    /** Nobody where the header can't be one's name. */
    private static @Nullable String operator(ConsumerRecord<byte[], byte[]> record) {
        String operator = header(record, EventPublisher.OPERATOR);
        return operator != null && Caller.isSubject(operator) ? operator : null;
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** A mistake of ours that one message brings to light must not stop the others. */
    private static Problem defect(ConsumerRecord<byte[], byte[]> record, RuntimeException e) {
        LOG.errorf(e, "event can't be read: partition=%d offset=%d", record.partition(), record.offset());
        return Problem.of(ProblemCode.INTERNAL_ERROR, "The event could not be read; it changed nothing.");
    }

    private DeadLetter deadLetter(ConsumerRecord<byte[], byte[]> record, Problem problem) {
        return new DeadLetter(
                record.topic(),
                record.partition(),
                record.offset(),
                record.key(),
                record.value(),
                intake.origin(record.value()),
                problem.code(),
                problem.detail());
    }
}
