/**
 * What every room needs at its edges, decided once: how an error looks, how JSON is read and written, what a user id or
 * an amount may be, who is calling, and how a list is paged.
 *
 * <p>It is a room of its own so that a client meets one behaviour everywhere, and so that the rooms with the points in
 * them can stay free of HTTP: they refuse by values of their own, their edges turn those into a {@link
 * io.jifen.platform.ProblemException}, and one place here turns every exception, ours or not, into
 * {@code application/problem+json}. The same rules serve Kafka messages, which never see the HTTP stack: {@link
 * io.jifen.platform.Json} reads them as strictly as a request body and {@link io.jifen.platform.Validation} checks them
 * by the same constraints. Any room may call this one; it calls none.
 */
@NullMarked
package io.jifen.platform;

import org.jspecify.annotations.NullMarked;
