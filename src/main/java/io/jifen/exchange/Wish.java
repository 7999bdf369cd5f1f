package io.jifen.exchange;

import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a posting wants of goods. What came of it is known when it is accepted. */
abstract sealed class Wish {

    /** What came of it. */
    @Nullable
    Exchange exchange;

    static Wish of(Posting posting) {
        if (posting.subject() instanceof Wish wish) {
            return wish;
        }
        throw new IllegalArgumentException("a posting about goods needs a wish of what to do with them");
    }

    /** Goods that the posting may take from, or give back to. */
    abstract List<String> goodsIds();

    /** The most that it takes of each of them. */
    abstract int quantity();

    Exchange made() {
        if (exchange == null) {
            throw new IllegalStateException("what comes of a wish is known when it is accepted");
        }
        return exchange;
    }

    /** To pay for goods. */
    static final class Buy extends Wish {
        final String goodsId;
        private final int quantity;
        final @Nullable Address address;

        /** What it was known to cost when it was asked for; if it is more by now, it is read again with that. */
        long takesAtMost;

        Buy(String goodsId, int quantity, @Nullable Address address, long takesAtMost) {
            this.goodsId = goodsId;
            this.quantity = quantity;
            this.address = address;
            this.takesAtMost = takesAtMost;
        }

        @Override
        List<String> goodsIds() {
            return List.of(goodsId);
        }

        @Override
        int quantity() {
            return quantity;
        }
    }

    /** To be given one of some goods, which one is said when it is decided. */
    static final class MayWin extends Wish {
        private final List<String> goodsIds;

        MayWin(List<String> goodsIds) {
            this.goodsIds = goodsIds;
        }

        @Override
        List<String> goodsIds() {
            return goodsIds;
        }

        @Override
        int quantity() {
            return 1;
        }
    }

    /** To be given this. */
    static final class Win extends Wish {
        final String goodsId;
        final @Nullable Address address;

        Win(String goodsId, @Nullable Address address) {
            this.goodsId = goodsId;
            this.address = address;
        }

        @Override
        List<String> goodsIds() {
            return List.of(goodsId);
        }

        @Override
        int quantity() {
            return 1;
        }
    }

    /** To put back what an exchange took. */
    static final class End extends Wish {
        final Exchange before;
        final ExchangeStatus how;

        /** It could not be withdrawn: the batch that tried was rolled back, and now it is known. */
        boolean tooLate;

        End(Exchange before, ExchangeStatus how) {
            this.before = before;
            this.how = how;
        }

        /** Of what paid for it: its own spend, or that of the draw that won it, for that is what it is worth. */
        Operation back() {
            return new Operation.Refund(before.id(), null);
        }

        @Override
        List<String> goodsIds() {
            return List.of(before.goodsId());
        }

        @Override
        int quantity() {
            return 0;
        }
    }
}
