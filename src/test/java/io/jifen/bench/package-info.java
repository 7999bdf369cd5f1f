/**
 * The benchmark: what {@code ./mvnw -Pbench} measures, in one run, on one machine. A {@link io.jifen.bench.Part} for
 * each question; {@link io.jifen.bench.World} is what is measured, {@link io.jifen.bench.HttpLoad} and
 * {@link io.jifen.bench.Topic} are where the load comes from, {@link io.jifen.bench.Report} is what comes out. It is
 * among the tests so that a small run of it belongs to the suite and it can't rot.
 */
@NullMarked
package io.jifen.bench;

import org.jspecify.annotations.NullMarked;
