package io.jifen.event;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A CSV file (RFC 4180, UTF-8) whose first row names its columns, read row by row and never held as a whole. */
final class Csv {

    /** Characters of one row; more is a quote that nobody closed. */
    private static final int MAX_ROW = 1024 * 1024;

    private static final Set<String> NULLS = Set.of("", "NULL", "\\N");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final String TIME_ALLOWED = "must be a time such as 2026-11-22 16:00:00";
    /** How MySQL of old wrote that there is none. */
    private static final String NO_TIME = "0000-00-00";

    private Csv() {}

    /** One row; its columns are read by name, and what is wrong with one is an {@code invalid-request}. */
    static final class Row {
        private final long line;
        private final Map<String, Integer> columns;
        private final List<String> fields;

        private Row(long line, Map<String, Integer> columns, List<String> fields) {
            this.line = line;
            this.columns = columns;
            this.fields = fields;
        }

        /** The line of the file on which it begins; the header's is 1. */
        long line() {
            return line;
        }

        /** Null where the column is missing or empty, or what databases write for null. */
        @Nullable
        String text(String column) {
            Integer place = columns.get(column);
            String field = place == null ? null : fields.get(place).strip();
            return field == null || NULLS.contains(field) ? null : field;
        }

        String someText(String column) {
            String text = text(column);
            if (text == null) {
                throw invalid(column, Event.REQUIRED);
            }
            return text;
        }

        long number(String column, long byDefault) {
            return text(column) == null ? byDefault : someNumber(column);
        }

        long someNumber(String column) {
            try {
                return Long.parseLong(someText(column));
            } catch (NumberFormatException e) {
                throw invalid(column, "must be a whole number");
            }
        }

        @Nullable
        LocalDateTime time(String column) {
            String text = text(column);
            return text == null || text.startsWith(NO_TIME) ? null : someTime(column);
        }

        LocalDateTime someTime(String column) {
            try {
                LocalDateTime time = LocalDateTime.parse(someText(column), TIME);
                if (time.getYear() < 1970 || time.getYear() > 9998) {
                    throw invalid(column, TIME_ALLOWED);
                }
                return time;
            } catch (DateTimeException e) {
                throw invalid(column, TIME_ALLOWED);
            }
        }

        private Row checked() {
            if (fields.size() != columns.size()) {
                throw invalid("row", "has " + fields.size() + " fields where the header has " + columns.size());
            }
            return this;
        }
    }

    /** Takes note of a row that can't be used; the others go on. */
    interface Rejections {
        void reject(long line, Problem problem);
    }

    /**
     * Hands the rows on in chunks, one after the other.
     *
     * @param parse makes something of a row, or throws {@link ProblemException}: then the row is rejected
     * @throws ProblemException {@code invalid-request} where the file itself can't be read on; the chunks before have
     *     been handed on
     */
    static <T> void read(
            InputStream file,
            Set<String> required,
            Function<Row, T> parse,
            int chunk,
            Consumer<List<T>> chunks,
            Rejections rejected)
            throws IOException {
        List<T> parsed = new ArrayList<>(chunk);
        // A decoder of its own reports what isn't UTF-8; the usual ones put a replacement character.
        Reader text = new InputStreamReader(file, StandardCharsets.UTF_8.newDecoder());
        try (CsvReader<CsvRecord> records = CsvReader.builder()
                .skipEmptyLines(true)
                .allowMissingFields(true)
                .allowExtraFields(true)
                .maxBufferSize(MAX_ROW)
                .ofCsvRecord(text)) {
            Iterator<CsvRecord> all = records.iterator();
            Map<String, Integer> columns = columns(all, required);
            while (all.hasNext()) {
                CsvRecord record = all.next();
                Row row = new Row(record.getStartingLineNumber(), columns, record.getFields());
                try {
                    parsed.add(parse.apply(row.checked()));
                } catch (ProblemException e) {
                    rejected.reject(row.line(), e.problem());
                }
                if (parsed.size() == chunk) {
                    chunks.accept(List.copyOf(parsed));
                    parsed.clear();
                }
            }
        } catch (CsvParseException e) {
            throw invalid("body", "is not CSV: " + whatIsWrong(e));
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw invalid("body", "must be UTF-8");
            }
            throw e.getCause();
        }
        if (!parsed.isEmpty()) {
            chunks.accept(List.copyOf(parsed));
        }
    }

    /** The reader says where it was, and in the cause what it came upon. */
    private static String whatIsWrong(CsvParseException e) {
        String where = Objects.requireNonNullElse(e.getMessage(), "")
                .replace("Exception when reading record that started in", "the row that begins in")
                .replace("Exception when reading", "the");
        return e.getCause() instanceof CsvParseException cause
                ? where + ": " + cause.getMessage()
                : where + " can't be read";
    }

    private static Map<String, Integer> columns(Iterator<CsvRecord> records, Set<String> required) {
        if (!records.hasNext()) {
            throw invalid("body", "must begin with a row that names the columns");
        }
        Map<String, Integer> columns = new HashMap<>();
        for (String field : records.next().getFields()) {
            String name = field.replace("\uFEFF", "").strip().toLowerCase(Locale.ROOT);
            if (columns.put(name, columns.size()) != null) {
                throw invalid("body", "must not have the column " + name + " twice");
            }
        }
        for (String name : required) {
            if (!columns.containsKey(name)) {
                throw invalid("body", "must have the column " + name + "; the first row names the columns");
            }
        }
        return columns;
    }

    private static ProblemException invalid(String field, String message) {
        return new ProblemException(Problem.invalid(field, message));
    }
}
