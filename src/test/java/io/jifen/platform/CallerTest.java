package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerTest {

    @Test
    void names_the_subject_of_the_token() {
        assertThat(caller("f:0b1c:ann").subject()).isEqualTo("f:0b1c:ann");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12345678901234567890123456789012345678901234567890123456789012345", "Zo\u00eb", "a b", ""})
    void refuses_a_subject_that_entries_can_not_name(String subject) {
        assertThatThrownBy(() -> caller(subject).subject())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("unauthenticated"));
    }

    private static Caller caller(String subject) {
        return new Caller(
                QuarkusSecurityIdentity.builder().setPrincipal(() -> subject).build(),
                new SmallRyeConfigBuilder()
                        .withMapping(AccessConfig.class)
                        .build()
                        .getConfigMapping(AccessConfig.class));
    }
}
