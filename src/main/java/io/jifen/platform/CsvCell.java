package io.jifen.platform;

import org.jspecify.annotations.Nullable;

/** Texts of others in files that people open in a spreadsheet. */
public final class CsvCell {

    /** What begins with one of these, some as wide as Chinese characters, a spreadsheet takes for a formula. */
    private static final String BEGINNINGS = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    private CsvCell() {}

    /** The text as it is, or, where a spreadsheet would compute it, with an apostrophe before it, which makes it a text. */
    public static @Nullable String safe(@Nullable String text) {
        return text == null || text.isEmpty() || BEGINNINGS.indexOf(text.charAt(0)) < 0 ? text : "'" + text;
    }
}
