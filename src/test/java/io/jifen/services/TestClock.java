package io.jifen.services;

import io.jifen.fake.MovableClock;
import jakarta.inject.Singleton;

/**
 * The service's clock in every {@code @QuarkusTest}: inject it and move it. A test that moved it resets it at its
 * end; the application of the next test is often the same one.
 */
@Singleton
public class TestClock extends MovableClock {}
