package io.jifen.activity;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.jifen.ledger.PostingResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What an invitation did for the invitee; the inviter's part is a posting of its own. */
@RegisterForReflection
@Schema(name = "InvitationResult", description = "An invitation, and what the invitee got by it")
record InvitationBody(
        @JsonUnwrapped PostingResult result,
        @Schema(examples = "alice") String inviterId,
        @Schema(examples = "bob") String inviteeId,

        @Schema(
                description = "WAITING: both are paid when the invitee's first order is there",
                examples = {"PAID", "WAITING"})
        String status) {

    static InvitationBody of(PostingResult result, String inviterId, String inviteeId) {
        return new InvitationBody(result, inviterId, inviteeId, result.type() == null ? "WAITING" : "PAID");
    }
}
