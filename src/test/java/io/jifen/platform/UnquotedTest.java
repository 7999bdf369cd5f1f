package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class UnquotedTest {

    @Test
    void of_the_database_the_state_is_told_and_what_it_quotes_is_not() {
        SQLException quoting = new SQLException("Data too long for column: 'Chen Unspoken'", "22001", 1406);
        Exception failure = new IllegalStateException("can't write: " + quoting.getMessage(), quoting);

        String told = told(Unquoted.of(failure));

        assertThat(told)
                .contains("IllegalStateException", "SQLState 22001, error 1406", "UnquotedTest")
                .doesNotContain("Chen");
    }

    @Test
    void what_has_nothing_to_do_with_a_database_stays_as_it_is() {
        Exception failure = new IllegalStateException("a defect");

        assertThat(Unquoted.of(failure)).isSameAs(failure);
    }

    private static String told(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
