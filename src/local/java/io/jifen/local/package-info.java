/**
 * What only the build of the Maven profile {@code local} has: tokens for anybody, a clock that can be moved, and the
 * lines printed when the service is ready. Its own source folder keeps it out of what is shipped: it is not switched
 * off there, it does not exist.
 */
@NullMarked
package io.jifen.local;

import org.jspecify.annotations.NullMarked;
