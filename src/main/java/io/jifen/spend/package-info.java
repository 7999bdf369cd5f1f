/**
 * How points are spent: deductions and their refunds, holds that are captured or released, transfers to others. The room
 * checks what a request says and describes the posting; what it does to points is the ledger's to decide, under the
 * account's lock and together with whatever else arrives at that moment. Nobody calls this room but HTTP.
 */
@NullMarked
package io.jifen.spend;

import org.jspecify.annotations.NullMarked;
