package io.jifen.event;

import io.jifen.ledger.Answer;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Posting;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Applies events, batch by batch. Returning normally acknowledges the batch, so this returns when all of it is
 * committed or put aside, and throws only when the service stops: then the batch is delivered again, to whom it may
 * concern.
 */
@ApplicationScoped
class EventConsumer {

    private static final Logger LOG = Logger.getLogger(EventConsumer.class);

    private final Intake intake;
    private final Ledger ledger;
    private final DeadLetters deadLetters;
    private final Patience patience;

    EventConsumer(Intake intake, Ledger ledger, DeadLetters deadLetters, Patience patience) {
        this.intake = intake;
        this.ledger = ledger;
        this.deadLetters = deadLetters;
        this.patience = patience;
    }

    @Incoming("events")
    @Blocking // in order: the next batch of a partition waits for this one
    public void apply(ConsumerRecords<byte[], byte[]> records) {
        List<ConsumerRecord<byte[], byte[]>> readable = new ArrayList<>(records.count());
        List<Posting> postings = new ArrayList<>(records.count());
        List<DeadLetter> dead = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                postings.add(posting(record));
                readable.add(record);
            } catch (ProblemException e) {
                dead.add(deadLetter(record, e.problem()));
            } catch (RuntimeException e) {
                dead.add(deadLetter(record, defect(record, e)));
            }
        }
        List<Answer> answers = patience.untilDone("posting events", () -> ledger.post(postings));
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof Answer.Rejected(Problem problem)) {
                dead.add(deadLetter(readable.get(i), problem));
            }
        }
        patience.untilDone("putting dead letters aside", () -> {
            deadLetters.bury(dead);
            return true;
        });
    }

    private Posting posting(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            throw new ProblemException(Problem.invalid("body", "must not be empty"));
        }
        return intake.posting(intake.read(record.value()));
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
