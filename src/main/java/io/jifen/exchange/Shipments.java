package io.jifen.exchange;

import io.jifen.ledger.Answer;
import io.jifen.ledger.ContentHash;
import io.jifen.ledger.Key;
import io.jifen.ledger.Ledger;
import io.jifen.outbox.Messages;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Moves exchanges on by what the warehouse says. Doing it again changes nothing, and what comes late or out of order
 * finds no legal step.
 */
@Singleton
class Shipments {

    private static final Logger LOG = Logger.getLogger(Shipments.class);

    private final Exchanges exchanges;
    private final Ledger ledger;
    private final Messages messages;
    private final DataSource database;
    private final Time time;

    Shipments(Exchanges exchanges, Ledger ledger, Messages messages, DataSource database, Time time) {
        this.exchanges = exchanges;
        this.ledger = ledger;
        this.messages = messages;
        this.database = database;
        this.time = time;
    }

    /**
     * The state first, the confirmation after it: whoever dies in between is told again.
     *
     * @throws ProblemException if the result is of no exchange of ours
     */
    void apply(ShippingResult result) throws SQLException {
        Exchange exchange = exchange(result);
        if (result.status() == ShippingResult.Status.FAILED) {
            fail(exchange);
        } else {
            move(exchange, result);
        }
        messages.confirm(number("messageId", result.messageId()));
    }

    private Exchange exchange(ShippingResult result) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Exchange exchange = ExchangeSql.find(connection, number("exchangeId", result.exchangeId()))
                    .orElseThrow(
                            () -> new ProblemException(ProblemCode.NOT_FOUND, "There is no exchange of this number."));
            if (!result.messageId().equals(String.valueOf(exchange.messageId()))) {
                throw new ProblemException(Problem.invalid("messageId", "is not the message of this exchange"));
            }
            return exchange;
        }
    }

    /** Of 19 digits not all are a number of ours. */
    private static long number(String field, String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new ProblemException(Problem.invalid(field, "must be at most " + Long.MAX_VALUE));
        }
    }

    private void move(Exchange exchange, ShippingResult result) throws SQLException {
        try (Connection connection = database.getConnection()) {
            ExchangeStatus to = result.status().ofExchange;
            if (!ExchangeSql.move(connection, exchange.id(), to, result.waybillNo(), time.now())
                    && exchange.status() != to) {
                LOG.infof("No step for exchange %d from %s to %s", exchange.id(), exchange.status(), to);
            }
        }
    }

    /** What can't be shipped is paid back; refused, and that for good, where it has been shipped or called off. */
    private void fail(Exchange exchange) {
        Key key = Key.own("exchange-failed", Long.toString(exchange.id()));
        byte[] contentHash = ContentHash.of("exchange-failed")
                .with("exchangeId", exchange.id())
                .bytes();
        Answer answer = ledger.post(
                exchanges.end(exchange, ExchangeStatus.FAILED, key, contentHash).because("can't be shipped"));
        if (answer instanceof Answer.Rejected(Problem problem)) {
            throw new ProblemException(problem);
        }
    }
}
