package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentHashTest {

    @Test
    void nulls_defaults_and_the_way_a_number_is_written_make_no_difference() {
        Map<String, Object> withNull = new HashMap<>(Map.of("a", 1));
        withNull.put("b", null);

        assertThat(hash(1))
                .isEqualTo(hash(1L))
                .isEqualTo(hash(new BigDecimal("1.00")))
                .isEqualTo(hash(1.0));
        assertThat(hash(new BigDecimal("100"))).isEqualTo(hash(new BigDecimal("1E+2")));
        assertThat(hash(withNull)).isEqualTo(hash(Map.of("a", 1.0)));
        assertThat(ContentHash.of("x").with("f", null).bytes())
                .isEqualTo(ContentHash.of("x").bytes());
        assertThat(ContentHash.of("x").with("f", 5, 5).bytes())
                .isEqualTo(ContentHash.of("x").bytes());
    }

    @Test
    void what_means_something_else_has_another_hash() {
        assertThat(hash("1")).isNotEqualTo(hash(1));
        assertThat(hash(true)).isNotEqualTo(hash("true"));
        assertThat(hash(Map.of("a", "1, b=2"))).isNotEqualTo(hash(Map.of("a", "1", "b", "2")));
        assertThat(hash(List.of("a, b"))).isNotEqualTo(hash(List.of("a", "b")));
        assertThat(hash(List.of(Map.of("a", 1)))).isNotEqualTo(hash(List.of(Map.of("a", 2))));
        assertThat(ContentHash.of("x").with("a", "b").bytes())
                .isNotEqualTo(ContentHash.of("x").with("b", "a").bytes());
        assertThat(ContentHash.of("x").bytes()).isNotEqualTo(ContentHash.of("y").bytes());
    }

    private static byte[] hash(Object value) {
        return ContentHash.of("operation").with("field", value).bytes();
    }
}
