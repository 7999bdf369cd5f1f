/**
 * Stands in for what the service gets from outside and does not decide itself: the time, and the tokens of an
 * identity provider. Compiled into the tests, and into the build of the Maven profile {@code local}; never into
 * the service that is shipped, which is why it has a source folder of its own.
 */
@NullMarked
package io.jifen.fake;

import org.jspecify.annotations.NullMarked;
