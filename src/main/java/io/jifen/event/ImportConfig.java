package io.jifen.event;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;

/** The import of another system's members and details. */
@ConfigMapping(prefix = "jifen.import")
interface ImportConfig {

    /** What becomes of a balance whose day has passed. */
    enum Expired {
        /** It never expires: nobody loses points because of a move. */
        KEEP,
        /** It expires, with an entry that says so. */
        EXPIRE
    }

    @WithDefault("keep")
    Expired expired();

    /** That system's levels, and which of ours they are. */
    Map<Integer, String> levels();

    /** Rows of a file that go into the database together. */
    @WithDefault("500")
    int chunk();

    /** Lines of history in one transaction: each is an entry, and entries of an account can't be split to several. */
    @WithDefault("2000")
    int historyMax();

    /** Rejected rows, and notes, in an answer: more than anybody reads, less than a browser minds. */
    @WithDefault("1000")
    int reportMax();
}
