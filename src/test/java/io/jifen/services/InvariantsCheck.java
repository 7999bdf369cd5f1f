package io.jifen.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.ledger.Checker;
import io.quarkus.arc.Arc;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Checks the ledger's invariants after each test of a {@code @QuarkusTest} that writes, and fails the test that broke
 * one: {@code @ExtendWith(InvariantsCheck.class)}. Whoever sends events waits for them to be applied in the test itself.
 */
public final class InvariantsCheck implements AfterEachCallback {

    @Override
    public void afterEach(ExtensionContext test) {
        assertThat(Arc.container().instance(Checker.class).get().check(true).violations())
                .as("invariants of the ledger after %s", test.getDisplayName())
                .isEmpty();
    }
}
