package io.jifen.event;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The room's door: takes over the accounts of a simple publish/list points system. The same file again changes nothing. */
@Singleton
public class Imports {

    private final MemberImport members;
    private final DetailImport details;

    Imports(MemberImport members, DetailImport details) {
        this.members = members;
        this.details = details;
    }

    /**
     * Opens the accounts of that system's {@code members}, CSV in UTF-8 with a header row.
     *
     * @param operator who does it, named by the entries
     */
    public ImportReport members(InputStream csv, @Nullable String operator) throws IOException {
        return members.read(csv, operator);
    }

    /** Adds that system's {@code points_details}, before or after its members. */
    public ImportReport details(InputStream csv, @Nullable String operator) throws IOException {
        return details.read(csv, operator);
    }
}
