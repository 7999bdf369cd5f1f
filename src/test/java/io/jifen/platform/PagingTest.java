package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagingTest {

    @Test
    void a_limit_is_20_unless_asked_for() {
        assertThat(Paging.limit(null)).isEqualTo(20);
        assertThat(Paging.limit(1)).isEqualTo(1);
        assertThat(Paging.limit(100)).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 101, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void a_limit_beyond_1_to_100_is_refused(int limit) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> Paging.limit(limit));

        assertThat(refused.problem().errors())
                .containsExactly(new Problem.FieldError("limit", "must be from 1 to 100"));
    }

    @Test
    void a_cursor_gives_its_key_back() {
        assertThat(Cursor.number(Cursor.of(42), 0)).isEqualTo(42);
        assertThat(Cursor.number(Cursor.of(Long.MIN_VALUE), 0)).isEqualTo(Long.MIN_VALUE);
        assertThat(Cursor.text(Cursor.of("键~ key"))).isEqualTo("键~ key");
    }

    @Test
    void a_cursor_is_safe_in_a_url() {
        LongStream.rangeClosed(-1000, 1000)
                .forEach(key -> assertThat(Cursor.of(key * 0x9E3779B97F4A7C15L)).matches("[A-Za-z0-9_-]+"));
    }

    @Test
    void no_cursor_is_the_start() {
        assertThat(Cursor.number(null, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(Cursor.text(null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "AQ", "AQAAAAAAAAA", "AQAAAAAAAAAAAA", "!!!!", "AQAAAAAAAAAq%", "null", "42"})
    void a_broken_cursor_is_refused_by_name(String cursor) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> Cursor.number(cursor, 0));

        assertThat(refused.problem().errors()).extracting("field").containsExactly("cursor");
    }

    @Test
    void a_cursor_of_another_list_is_refused() {
        assertThatThrownBy(() -> Cursor.text(Cursor.of(42))).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> Cursor.number(Cursor.of("12345678"), 0)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> Cursor.text("Av_-")).isInstanceOf(ProblemException.class);
    }

    @Test
    void a_page_hides_the_row_that_tells_of_more() {
        Page<Long> page = Page.of(List.of(9L, 8L, 7L), 2, Cursor::of);

        assertThat(page.items()).containsExactly(9L, 8L);
        assertThat(Cursor.number(page.nextCursor(), 0)).isEqualTo(8);
    }

    @Test
    void the_last_page_has_no_cursor() {
        assertThat(Page.of(List.of(9L, 8L), 2, Cursor::of).nextCursor()).isNull();
        assertThat(Page.of(List.<Long>of(), 2, Cursor::of).items()).isEmpty();
    }
}
