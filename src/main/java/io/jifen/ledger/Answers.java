package io.jifen.ledger;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Shows a posting's answer to an HTTP client, always in the same way. The body goes out as the bytes that were kept with
 * the outcome, so that a repeat gets what the first one got; a resource documents what they are.
 */
public final class Answers {

    /** Says that the key was known and nothing was done now. */
    public static final String REPLAYED = "Idempotency-Replayed";

    private static final int OK = 200;

    private static final int ACCEPTED = 202;

    private Answers() {}

    /**
     * The response of a posting that asked for a body.
     *
     * @param firstStatus of the first answer, if it was accepted: 201 or 200; a repeat of that has 200, and what waits for
     *     a person 202
     * @throws ProblemException for what was neither decided nor remembered
     */
    public static RestResponse<byte[]> response(int firstStatus, Answer answer) {
        return switch (answer) {
            case Answer.Posted posted ->
                response(
                        posted.replayed() ? OK : posted.waits() ? ACCEPTED : firstStatus,
                        MediaType.APPLICATION_JSON,
                        posted.body(),
                        posted.replayed());
            case Answer.Refused refused ->
                response(refused.status(), Problem.MEDIA_TYPE, refused.body(), refused.replayed());
            case Answer.Rejected(Problem problem) -> throw new ProblemException(problem);
        };
    }

    private static RestResponse<byte[]> response(
            int status, String mediaType, byte @Nullable [] body, boolean replayed) {
        if (body == null) {
            throw new IllegalStateException("a posting that answers a request has to ask for a body");
        }
        RestResponse.ResponseBuilder<byte[]> response =
                RestResponse.ResponseBuilder.<byte[]>create(status).entity(body).type(mediaType);
        if (replayed) {
            response.header(REPLAYED, "true");
        }
        return response.build();
    }
}
