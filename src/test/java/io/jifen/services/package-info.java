/**
 * The database, the broker and the cache, started from Maven artifacts without Docker, for the tests
 * ({@link io.jifen.services.TestServices}) and for {@code ./mvnw -Plocal}.
 *
 * <p>Each service is a process of its own, so that a test can stop, kill or freeze it. They are children of one
 * small JVM ({@code EmbeddedServices}) that watches the process it works for and ends them when that is gone,
 * however it went: a test JVM or a Maven that is killed leaves nothing behind. Should that JVM itself be killed,
 * the broker notices, because its standard input ends, and takes the other two with it; what still remains is
 * found by its pid file and ended at the next start.
 */
@NullMarked
package io.jifen.services;

import org.jspecify.annotations.NullMarked;
