/**
 * What only the build of the Maven profile {@code bench} has: an endpoint that does nothing, to compare with. The
 * benchmark itself is among the tests, as it also runs there, small.
 */
@NullMarked
package io.jifen.hello;

import org.jspecify.annotations.NullMarked;
