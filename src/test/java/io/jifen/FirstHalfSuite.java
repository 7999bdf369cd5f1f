package io.jifen;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * Half of the tests, by how long they take. The halves run at once, each in a JVM and with services of its own; a class by
 * itself would start the application anew.
 */
@Suite
@SelectPackages({
    FirstHalfSuite.ACTIVITY,
    FirstHalfSuite.EVENT,
    FirstHalfSuite.EXCHANGE,
    FirstHalfSuite.LOTTERY,
    FirstHalfSuite.OUTBOX,
    FirstHalfSuite.WAREHOUSE
})
class FirstHalfSuite {

    static final String ACTIVITY = "io.jifen.activity";
    static final String EVENT = "io.jifen.event";
    static final String EXCHANGE = "io.jifen.exchange";
    static final String LOTTERY = "io.jifen.lottery";
    static final String OUTBOX = "io.jifen.outbox";
    static final String WAREHOUSE = "io.jifen.warehouse";
}
