package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvCellTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=HYPERLINK(\"x\")",
                "+1",
                "-2+3",
                "@SUM(A1)",
                "\t=1",
                "\r=1",
                "\n=1",
                "\uFF1D1",
                "\uFF0B1",
                "\uFF0D1",
                "\uFF201"
            })
    void what_a_spreadsheet_would_compute_is_a_text(String formula) {
        assertThat(CsvCell.safe(formula)).isEqualTo("'" + formula);
    }

    @Test
    void everything_else_stays_as_it_is() {
        assertThat(CsvCell.safe("bob=1")).isEqualTo("bob=1");
        assertThat(CsvCell.safe("")).isEmpty();
        assertThat(CsvCell.safe(null)).isNull();
    }
}
