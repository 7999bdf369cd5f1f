package io.jifen.expiry;

import io.jifen.expiry.ExpirySql.Ending;
import io.jifen.expiry.ExpirySql.Notice;
import io.jifen.job.Job;
import io.jifen.outbox.Outbox;
import io.jifen.outbox.OutboxMessage;
import io.jifen.platform.Json;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Tells users that points are about to expire: some days ahead, once each. How far it is with a day and a notice is a row,
 * written with the messages; so neither a crash nor a second pod tells anybody twice. A notice that a night has missed is
 * given in the next, as long as the one after it is not due.
 */
@Singleton
class ExpiringSoonJob implements Job {

    static final String TOPIC = "points.expiring-soon";
    private static final String MESSAGE_TYPE = "io.jifen.expiring-soon";

    private final DataSource database;
    private final Outbox outbox;
    private final ExpiryConfig config;
    private final Json json;
    private final Time time;

    ExpiringSoonJob(DataSource database, Outbox outbox, ExpiryConfig config, Json json, Time time) {
        this.database = database;
        this.outbox = outbox;
        this.config = config;
        this.json = json;
        this.time = time;
    }

    /** The notice of a day. */
    private record Due(LocalDate day, int ahead) {}

    @Override
    public String name() {
        return "expiring-soon";
    }

    /** Days on which nobody's points expire are gone through at once. */
    @Override
    public Step step(Progress progress) throws SQLException {
        LocalDate today = time.today();
        Optional<Due> due = next(today);
        while (due.isPresent()) {
            Due one = due.get();
            int told = Sql.transaction(database, connection -> tell(connection, one, today));
            if (told > 0) {
                outbox.wake();
                return new Step.More(told, one.day() + ", " + one.ahead() + " days ahead");
            }
            due = next(today);
        }
        return new Step.Done(0, null);
    }

    /** The first day and notice of which not everybody has been told. */
    private Optional<Due> next(LocalDate today) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return next(connection, today);
        }
    }

    private Optional<Due> next(Connection connection, LocalDate today) throws SQLException {
        int before = -1;
        for (int ahead : config.noticeDays().stream().sorted().distinct().toList()) {
            LocalDate first = today.plusDays(before + 1L);
            LocalDate last = today.plusDays(ahead);
            Set<LocalDate> done = Set.copyOf(ExpirySql.done(connection, ahead, first, last));
            Optional<LocalDate> day = first.datesUntil(last.plusDays(1))
                    .filter(one -> !done.contains(one))
                    .findFirst();
            if (day.isPresent()) {
                return Optional.of(new Due(day.get(), ahead));
            }
            before = ahead;
        }
        return Optional.empty();
    }

    /** Tells the next accounts, whose number is the answer. */
    private int tell(Connection connection, Due due, LocalDate today) throws SQLException {
        ExpirySql.beginNotice(connection, due.day(), due.ahead());
        Notice notice = ExpirySql.lockNotice(connection, due.day(), due.ahead()).orElseThrow();
        if (notice.done()) {
            return 0; // another pod, just now
        }
        List<Ending> page = ExpirySql.ending(connection, due.day(), notice.lastAccount(), config.batch());
        List<OutboxMessage> messages = page.stream()
                .filter(ending -> ending.remaining() > 0)
                .map(ending -> message(ending, due, today))
                .toList();
        outbox.append(connection, messages);
        boolean done = page.size() < config.batch();
        long last = page.isEmpty() ? notice.lastAccount() : page.getLast().accountId();
        ExpirySql.putNotice(connection, due.day(), due.ahead(), new Notice(last, done));
        return messages.size();
    }

    private OutboxMessage message(Ending ending, Due due, LocalDate today) {
        ExpiringSoon data = new ExpiringSoon(
                ending.userId(),
                ending.remaining(),
                due.day(),
                due.day().plusDays(1).atStartOfDay(time.zone()).toInstant(),
                due.ahead(),
                ChronoUnit.DAYS.between(today, due.day()));
        return new OutboxMessage(
                TOPIC,
                ending.userId(),
                "expiring-" + ending.accountId() + "-" + due.day() + "-" + due.ahead(),
                MESSAGE_TYPE,
                time.now(),
                json.bytes(data));
    }
}
