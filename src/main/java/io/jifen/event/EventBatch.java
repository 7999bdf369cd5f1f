package io.jifen.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Many events in one request. Only its documentation: {@link #items} takes it apart. */
@Schema(description = "Up to 1,000 events, each with its own traceId")
record EventBatch(@Schema(required = true) List<Event> events) {

    /** An item that was not taken. */
    @Schema(name = "RejectedEvent")
    record Rejected(
            @Schema(description = "Its place in the list, from 0")
            int index,

            @Schema(examples = "invalid-request") String code,
            String detail) {

        static Rejected of(int index, ProblemException e) {
            return new Rejected(index, e.problem().code(), e.problem().detail());
        }
    }

    /** What became of a batch. */
    @Schema(name = "EventBatchAccepted")
    record Accepted(
            @Schema(description = "Events that the broker has")
            int accepted,

            List<Rejected> rejected) {}

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * The bytes of each item: so each is read exactly like the body of a single event, and one that is wrong, in
     * whatever way, spoils no other.
     */
    static List<byte[]> items(byte @Nullable [] body, int max) {
        if (body == null) {
            throw invalid("body", "is required");
        }
        try (JsonParser parser = JSON.createParser(body)) {
            List<byte[]> items = null;
            require(parser.nextToken() == JsonToken.START_OBJECT, "body", "must be an object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean events = parser.currentName().equals("events");
                parser.nextToken();
                if (events) {
                    require(items == null, "body", "must not have the field events twice");
                    items = elements(parser, body, max);
                } else {
                    parser.skipChildren();
                }
            }
            require(parser.nextToken() == null, "body", "must be one JSON value with nothing after it");
            require(items != null, "events", "is required");
            return items == null ? List.of() : items;
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            throw invalid(
                    "body",
                    place == null
                            ? "must be valid JSON"
                            : "must be valid JSON; it is not at line " + place.getLineNr() + ", column "
                                    + place.getColumnNr());
        } catch (IOException e) {
            throw invalid("body", "must be JSON in UTF-8");
        }
    }

    private static List<byte[]> elements(JsonParser parser, byte[] body, int max) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, "events", "must be a list");
        List<byte[]> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(elements.size() < max, "events", "must be at most " + max);
            long from = parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            long to = parser.currentLocation().getByteOffset();
            // Without offsets it is a parser of characters: another encoding.
            require(from >= 0 && to >= from && to <= body.length, "body", "must be JSON in UTF-8");
            elements.add(Arrays.copyOfRange(body, (int) from, (int) to));
        }
        return elements;
    }

    private static void require(boolean holds, String field, String message) {
        if (!holds) {
            throw invalid(field, message);
        }
    }

    private static ProblemException invalid(String field, String message) {
        return new ProblemException(Problem.invalid(field, message));
    }
}
