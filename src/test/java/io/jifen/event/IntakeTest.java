package io.jifen.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class IntakeTest {

    @Test
    @SuppressWarnings("NullAway") // the defect
    void a_defect_while_a_dead_letters_origin_is_read_leaves_it_unknown() {
        Intake defective = new Intake(null, null, null, null, null);

        assertThat(defective.origin("{}".getBytes(StandardCharsets.UTF_8))).isEqualTo(DeadLetter.Origin.UNKNOWN);
    }
}
