package io.jifen;

import org.junit.platform.suite.api.ExcludePackages;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** All tests but those of {@link FirstHalfSuite}: so none is left out. */
@Suite
@SelectPackages("io.jifen")
@ExcludePackages({
    FirstHalfSuite.ACTIVITY,
    FirstHalfSuite.EVENT,
    FirstHalfSuite.EXCHANGE,
    FirstHalfSuite.LOTTERY,
    FirstHalfSuite.OUTBOX,
    FirstHalfSuite.WAREHOUSE
})
class SecondHalfSuite {}
