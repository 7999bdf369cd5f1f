package io.jifen.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one script that writes balances, in a real Redis. */
@QuarkusTest
class BalanceScriptDbTest {

    private static final Instant SOON = Instant.parse("2030-01-01T16:00:00Z");
    private static final Instant LATER = Instant.parse("2031-01-01T16:00:00Z");

    @Inject
    BalanceRedis balances;

    @Inject
    Redis redis;

    private final String user = "script-" + UUID.randomUUID();
    private final String key = BalanceHash.key(user);

    @Test
    void a_balance_is_written_with_all_fields_and_a_time_to_live() {
        // When
        write(balance(10, 3, SOON));

        // Then
        assertThat(find()).contains(balance(10, 3, SOON));
        assertThat(command(Command.HGETALL, key).getKeys())
                .containsExactlyInAnyOrder("balance", "frozen", "version", "level", "nextExpiry");
        assertThat(command(Command.PTTL, key).toLong()).isBetween(1L, 300_000L);
    }

    @Test
    void newer_wins_and_older_loses() {
        // Given
        write(balance(10, 3, SOON));

        // When
        write(balance(8, 2, null));

        // Then
        assertThat(find()).contains(balance(10, 3, SOON));

        // When
        write(balance(7, 4, SOON));

        // Then
        assertThat(find()).contains(balance(7, 4, SOON));
    }

    @Test
    void versions_are_compared_as_numbers() {
        // Given
        write(balance(9, 9, SOON));

        // When
        write(balance(10, 10, SOON));

        // Then
        assertThat(find()).contains(balance(10, 10, SOON));
    }

    @Test
    void the_same_version_is_replaced_when_its_next_expiry_is_later() {
        // Given
        write(balance(10, 3, SOON));

        // When
        write(balance(7, 3, LATER));

        // Then
        assertThat(find()).contains(balance(7, 3, LATER));

        // When
        write(balance(5, 3, null));

        // Then
        assertThat(find()).contains(balance(5, 3, null));
    }

    @Test
    void the_same_version_with_the_same_or_an_earlier_expiry_changes_nothing() {
        // Given
        write(balance(7, 3, LATER));

        // When
        write(balance(10, 3, SOON));
        write(balance(11, 3, LATER));

        // Then
        assertThat(find()).contains(balance(7, 3, LATER));
    }

    @Test
    void what_never_expires_is_not_replaced_at_the_same_version() {
        // Given
        write(balance(5, 3, null));

        // When
        write(balance(10, 3, LATER));
        write(balance(11, 3, null));

        // Then
        assertThat(find()).contains(balance(5, 3, null));
    }

    @Test
    void what_may_not_create_only_updates() {
        // When
        write(new BalanceRedis.Change(balance(10, 3, SOON), false));

        // Then
        assertThat(command(Command.EXISTS, key).toInteger()).isZero();

        // Given
        write(balance(10, 3, SOON));

        // When
        write(new BalanceRedis.Change(balance(7, 4, SOON), false));

        // Then
        assertThat(find()).contains(balance(7, 4, SOON));
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "balance, much",
                "balance, -1",
                "balance, 1.5",
                "balance, ''",
                "frozen, x",
                "version, newest",
                "version, 1234567890123456",
                "nextExpiry, soon",
                "nextExpiry, -1"
            })
    void a_hash_with_a_field_that_is_no_number_is_not_read_and_is_replaced(String field, String junk) {
        // Given
        write(balance(10, 3, SOON));
        command(Command.HSET, key, field, junk);

        // When
        Optional<KnownBalance> found = find();
        write(balance(7, 2, SOON));

        // Then
        assertThat(found).isEmpty();
        assertThat(find()).contains(balance(7, 2, SOON));
    }

    @ParameterizedTest
    @CsvSource({"balance", "frozen", "version", "level", "nextExpiry"})
    void a_hash_that_lacks_a_field_is_not_read_and_is_replaced(String field) {
        // Given
        write(balance(10, 3, SOON));
        command(Command.HDEL, key, field);

        // When
        Optional<KnownBalance> found = find();
        write(balance(7, 2, SOON));

        // Then
        assertThat(found).isEmpty();
        assertThat(find()).contains(balance(7, 2, SOON));
    }

    @Test
    void another_type_under_the_key_is_not_read_and_is_replaced() {
        // Given
        command(Command.SET, key, "100");

        // When
        Optional<KnownBalance> found = find();
        write(balance(7, 2, SOON));

        // Then
        assertThat(found).isEmpty();
        assertThat(find()).contains(balance(7, 2, SOON));
    }

    @Test
    void the_script_is_sent_again_to_a_redis_that_forgot_it() {
        // Given
        write(balance(10, 3, SOON));
        command(Command.SCRIPT, "FLUSH");

        // When
        write(balance(7, 4, SOON));

        // Then
        assertThat(find()).contains(balance(7, 4, SOON));
    }

    @Test
    void many_are_written_at_once() {
        // Given
        List<BalanceRedis.Change> changes = IntStream.range(0, 1000)
                .mapToObj(n -> new BalanceRedis.Change(new KnownBalance(user + n, n, 0, 1, "NORMAL", null), true))
                .toList();

        // When
        await(balances.write(changes));

        // Then
        changes.forEach(change ->
                assertThat(await(balances.find(change.balance().userId()))).contains(change.balance()));
    }

    private KnownBalance balance(long available, long version, @Nullable Instant nextExpiry) {
        return new KnownBalance(user, available, 0, version, "NORMAL", nextExpiry);
    }

    private void write(KnownBalance balance) {
        write(new BalanceRedis.Change(balance, true));
    }

    private void write(BalanceRedis.Change change) {
        await(balances.write(List.of(change)));
    }

    private Optional<KnownBalance> find() {
        return await(balances.find(user));
    }

    private Response command(Command command, String... arguments) {
        Request request = Request.cmd(command);
        for (String argument : arguments) {
            request.arg(argument);
        }
        return await(redis.send(request));
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
