package io.jifen.lottery;

import org.jspecify.annotations.Nullable;

/**
 * What is left of a prize.
 *
 * @param key lottery/prize
 * @param stock null: no limit
 * @param set what the last edit said; null: no limit
 */
record Stock(
        String key,
        @Nullable Long stock,
        long drawn,
        @Nullable Long set) {

    static String key(String lottery, String prize) {
        return lottery + "/" + prize;
    }

    boolean isThere() {
        return stock == null || stock > 0;
    }

    /** With so many left, by an edit that said this. */
    Stock filled(@Nullable Long left, @Nullable Long said) {
        return new Stock(key, left, drawn, said);
    }

    Stock oneLess() {
        return new Stock(key, stock == null ? null : Long.valueOf(stock - 1), drawn + 1, set);
    }
}
