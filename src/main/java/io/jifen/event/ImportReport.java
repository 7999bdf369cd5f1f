package io.jifen.event;

import io.jifen.platform.Problem;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What became of a file. The lists are cut at a limit, the numbers are not.
 */
@RegisterForReflection
@Schema(description = "What became of a file; the lists show the first of many, the numbers count all")
public record ImportReport(
        @Schema(description = "Rows that changed something now")
        long imported,

        @Schema(description = "Rows that were imported before")
        long unchanged,

        @Schema(description = "Rows that can't be imported as they are")
        long rejectedRows,

        List<Rejected> rejected,

        @Schema(description = "Rows about which there is something to know")
        List<Note> rows) {

    /** A row that was not imported. */
    @RegisterForReflection
    @Schema(name = "RejectedRow")
    public record Rejected(
            @Schema(description = "The line on which it begins; the header is on line 1")
            long row,

            @Schema(examples = "invalid-request") String code,
            String detail) {}

    /** What somebody should know about a row. */
    @RegisterForReflection
    @Schema(name = "RowNote")
    public record Note(long row, String openid, String note) {}

    /** The report while the file is being read. */
    static final class Draft implements Csv.Rejections {
        private final int max;
        private long imported;
        private long unchanged;
        private long rejectedRows;
        private final List<Rejected> rejected = new ArrayList<>();
        private final List<Note> notes = new ArrayList<>();

        Draft(int max) {
            this.max = max;
        }

        void imported() {
            imported++;
        }

        void unchanged() {
            unchanged++;
        }

        @Override
        public void reject(long line, Problem problem) {
            rejectedRows++;
            if (rejected.size() < max) {
                rejected.add(new Rejected(line, problem.code(), problem.detail()));
            }
        }

        void note(long line, String openid, String note) {
            if (notes.size() < max) {
                notes.add(new Note(line, openid, note));
            }
        }

        ImportReport done() {
            return new ImportReport(imported, unchanged, rejectedRows, List.copyOf(rejected), List.copyOf(notes));
        }
    }
}
