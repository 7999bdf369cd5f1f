package io.jifen.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jifen.ledger.AccountView;
import io.jifen.platform.ProblemException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {

    private final Conditions conditions = new Conditions();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.amount >= 100.0 && event.attributes.channel == 'APP'",
                "event.amount >= 100",
                "event.amount == 199.9",
                "event.attributes.items > 2.5",
                "event.attributes.items % 3 == 0",
                "event.attributes.tags.exists(tag, tag == 'new')",
                "'new' in event.attributes.tags",
                "size(event.attributes.tags) == 2",
                "event.attributes.address.city.startsWith('上')",
                "event.attributes.vip",
                "!has(event.attributes.nothing)",
                "!has(event.attributes.missing)",
                "event.bizNo.matches('^o-[0-9]+$')",
                "event.occurredAt.startsWith('2026-11-22T')",
                "event.day == '2026-11-22' && event.day >= '2026-11-11'",
                "account.level in ['VIP1', 'VIP2'] && account.available < 1000",
                "account.userId == 'bob' && event.bizType == 'ORDER' && event.points == 0"
            })
    void is_met(String source) {
        assertThat(outcome(source)).isEqualTo(Condition.Outcome.MET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"event.amount > 199.9", "event.attributes.channel == 'WEB'", "account.level == 'NORMAL'"})
    void is_not_met(String source) {
        assertThat(outcome(source)).isEqualTo(Condition.Outcome.NOT_MET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.attributes.missing == 1",
                "event.attributes.channel > 5",
                "event.attributes.channel",
                "1 / (account.frozen) == 1",
                "event.attributes.tags[7] == 'x'",
                "event.attributes.many.all(a, event.attributes.many.all(b, event.attributes.many.all(c, a + b + c >= 0)))"
            })
    void fails_as_no_match(String source) {
        assertThat(outcome(source)).isEqualTo(Condition.Outcome.FAILED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            event.amount >=                | line 1, column 16
            event.amount >= 100.0 && x     | line 1, column 26
            event.amonut > 1.0             | line 1, column 6
            account.balance > 1            | line 1, column 8
            1 + 1                          | line 1
            'text'                         | line 1
            'a' > 1                        | line 1, column 5
            size(1, 2) == 3                | line 1, column 5
            ['x'].map(a, a + a) == []      | line 1
            event.attributes.tags.exists(t, t.matches('a+'))                       | line 1, column 42
            event.attributes.tags.all(t, size(t) > 1 && [t].exists(u, matches(u, 'a'))) | line 1, column 66
            """)
    void a_bad_expression_is_refused_with_its_position(String source, String place) {
        assertThatThrownBy(() -> conditions.compile(source))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().errors()).singleElement().satisfies(error -> {
                            assertThat(error.field()).isEqualTo("condition");
                            assertThat(error.message()).startsWith(place);
                        }));
    }

    @Test
    void a_long_or_deep_expression_is_refused() {
        String deep = "(".repeat(400) + "true" + ")".repeat(400);
        String tooLong = "true || ".repeat(200) + "true";

        for (String source : List.of(deep, tooLong, " ")) {
            assertThatThrownBy(() -> conditions.compile(source)).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void a_saved_one_that_does_not_compile_matches_nothing() {
        assertThat(conditions.of("event.amount >").of(Map.of())).isEqualTo(Condition.Outcome.FAILED);
    }

    @Test
    void the_stack_that_one_overflows_is_a_failure_of_it_alone() {
        Map<String, Object> bottomless = new java.util.HashMap<>(Map.of("amount", 2.0)) {
            private static final long serialVersionUID = 1;

            @Override
            public Object get(Object key) {
                throw new StackOverflowError(); // as deep inside of an evaluation
            }

            @Override
            public boolean containsKey(Object key) {
                return true;
            }
        };

        assertThat(conditions.compile("event.amount > 1.0").of(Map.of("event", bottomless)))
                .isEqualTo(Condition.Outcome.FAILED);
    }

    @Test
    void is_compiled_when_it_is_first_asked_and_once_however_many_there_are() {
        List<String> texts =
                IntStream.range(0, 3_000).mapToObj(i -> "event.amount > " + i).toList();
        List<Condition> all = texts.stream().map(conditions::of).toList();
        all.get(17).of(seen());

        // Read again, as a pod does every two seconds
        conditions.retain(Set.copyOf(texts));
        List<Condition> again = texts.stream().map(conditions::of).toList();

        assertThat(again).containsExactlyElementsOf(all);
        assertThat(again.stream().filter(Condition::isCompiled)).containsExactly(all.get(17));
    }

    @Test
    void is_forgotten_with_the_last_version_that_had_it() {
        Condition before = conditions.of("event.amount > 1.0");

        conditions.retain(Set.of("event.amount > 2.0"));

        assertThat(conditions.of("event.amount > 1.0")).isNotSameAs(before);
    }

    @Test
    void the_day_is_the_programs() {
        Deed late = new Deed("ORDER", null, null, null, Instant.parse("2026-11-21T16:00:00Z"), null);
        AccountView account = new AccountView(1, "bob", false, 0, 0, 0, 0, "NORMAL", 1, null);

        assertThat(conditions
                        .compile("event.day == '2026-11-22'")
                        .of(Seen.of(late, account, Moment.of(late.occurredAt(), Pure.NOW, Pure.WINDOW, Pure.ZONE))))
                .isEqualTo(Condition.Outcome.MET);
    }

    private Condition.Outcome outcome(String source) {
        return conditions.compile(source).of(seen());
    }

    private static Map<String, Object> seen() {
        List<Object> tags = new ArrayList<>(Arrays.asList("new", null, "sale"));
        Map<String, Object> attributes = new java.util.HashMap<>(Map.of(
                "channel",
                "APP",
                "items",
                3,
                "vip",
                true,
                "tags",
                tags,
                "address",
                Map.of("city", "上海"),
                "many",
                IntStream.range(0, 1000).boxed().toList()));
        attributes.put("nothing", null);
        Deed deed = new Deed(
                        "ORDER", "o-17", new BigDecimal("199.90"), null, Instant.parse("2026-11-22T08:00:00Z"), null)
                .with(attributes);
        AccountView account = new AccountView(1, "bob", false, 999, 0, 0, 0, "VIP1", 1, null);
        return Seen.of(deed, account, Moment.of(deed.occurredAt(), Pure.NOW, Pure.WINDOW, Pure.ZONE));
    }
}
