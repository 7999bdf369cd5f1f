package io.jifen.bench;

/** What the checker said after a part. */
record Check(boolean balanced, long accounts, long entries, boolean hashes, String violations, double seconds) {}
