package io.jifen.platform;

import java.util.regex.Pattern;

/** What identifiers look like: one place for the constraints on bodies, parameters and headers. */
final class Patterns {

    static final String USER_ID = "[A-Za-z0-9._:@-]{1,64}";
    static final String USER_ID_ALLOWED = "must be 1 to 64 characters of A-Z a-z 0-9 . _ : @ -";

    static final String TRACE_ID = "[!-~]{1,128}";
    static final String TRACE_ID_ALLOWED = "must be 1 to 128 printable ASCII characters without spaces";

    static final String BIZ_NO = "[!-~]{1,64}";
    static final String BIZ_NO_ALLOWED = "must be 1 to 64 printable ASCII characters without spaces";

    static final String CODE = "[A-Z0-9_]{1,32}";
    static final String CODE_ALLOWED = "must be 1 to 32 characters of A-Z 0-9 _";

    /** One character of a text: no control characters, and no half of a surrogate pair, which can't be stored. */
    static final String TEXT = "[^\\p{Cc}\\p{Cs}]";

    private static final Pattern TRACE_ID_PATTERN = Pattern.compile(TRACE_ID);

    private Patterns() {}

    static boolean isTraceId(String text) {
        return TRACE_ID_PATTERN.matcher(text).matches();
    }
}
