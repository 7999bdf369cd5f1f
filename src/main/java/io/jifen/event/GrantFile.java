package io.jifen.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Reads a file of grants, row by row and never as a whole. */
final class GrantFile {

    /** Takes the rows, in their order; what it refuses by a {@link ProblemException} is a rejected row. */
    interface Rows extends Csv.Rejections {
        void accept(long row, Event event);
    }

    /** Bytes of one row: attributes of 4 KiB, a reason, and room for blanks. */
    private static final int ROW_MAX = 64 * 1024;

    /** Rows that the CSV reader keeps until it forgets them: nobody asks it for them. */
    private static final int CSV_CHUNK = 500;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(ROW_MAX)
                    .maxNestingDepth(40)
                    .build())
            .build();

    private final Json json;

    GrantFile(Json json) {
        this.json = json;
    }

    /** A JSON list of events without a traceId. A row's number is its place, from 1. */
    void readJson(InputStream file, Rows rows) throws IOException {
        try (JsonParser parser = JSON.createParser(file)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw invalid("must be a list");
            }
            for (long row = 1; parser.nextToken() != JsonToken.END_ARRAY; row++) {
                byte[] bytes = copy(parser, row);
                take(row, rows, () -> json.parse(bytes, Event.class));
            }
            if (parser.nextToken() != null) {
                throw invalid("must be one list with nothing after it");
            }
        } catch (StreamConstraintsException e) {
            throw invalid("has a text of more than " + ROW_MAX + " characters, or is nested too deeply");
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            throw invalid(
                    place == null
                            ? "must be valid JSON"
                            : "must be valid JSON; it is not at line " + place.getLineNr() + ", column "
                                    + place.getColumnNr());
        }
    }

    /** CSV whose columns are named like the fields of an event. A row's number is its line; the header's is 1. */
    void readCsv(InputStream file, Rows rows) throws IOException {
        Csv.read(
                file,
                Set.of("userid", "biztype"),
                row -> {
                    rows.accept(row.line(), event(row));
                    return row;
                },
                CSV_CHUNK,
                all -> {},
                rows);
    }

    private static void take(long row, Rows rows, Supplier<Event> event) {
        try {
            rows.accept(row, event.get());
        } catch (ProblemException e) {
            rows.reject(row, e.problem());
        }
    }

    /** The row's own JSON, so that it is read exactly like the body of a single event. */
    private static byte[] copy(JsonParser parser, long row) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] buffer, int offset, int length) {
                if (count + length > ROW_MAX) {
                    throw invalid("has a row, the " + row + "th, of more than " + ROW_MAX + " bytes");
                }
                super.write(buffer, offset, length);
            }
        };
        try (JsonGenerator copy = JSON.createGenerator(bytes)) {
            int depth = 0;
            do {
                copy.copyCurrentEventExact(parser); // decimals as they are
                depth += parser.currentToken().isStructStart() ? 1 : 0;
                depth -= parser.currentToken().isStructEnd() ? 1 : 0;
            } while (depth > 0 && parser.nextToken() != null);
        }
        return bytes.toByteArray();
    }

    /** By way of JSON, so that it means the same and is refused for the same. */
    private Event event(Csv.Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String field : new String[] {"traceId", "userId", "bizType", "bizNo", "action", "occurredAt", "reason"}) {
            String text = row.text(field.toLowerCase(Locale.ROOT));
            if (text != null) {
                fields.put(field, text);
            }
        }
        String amount = row.text("amount");
        if (amount != null) {
            fields.put("amount", decimal(amount));
        }
        if (row.text("points") != null) {
            fields.put("points", row.someNumber("points"));
        }
        String attributes = row.text("attributes");
        if (attributes != null) {
            fields.put("attributes", json.parse(attributes, Map.class));
        }
        return json.parse(json.bytes(fields), Event.class);
    }

    private static BigDecimal decimal(String amount) {
        if (!amount.matches("[0-9]{1,16}(\\.[0-9]{1,10})?")) {
            throw new ProblemException(Problem.invalid("amount", "must be an amount such as 12.50"));
        }
        return new BigDecimal(amount);
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(Problem.invalid("body", message));
    }
}
