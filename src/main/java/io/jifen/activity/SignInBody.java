package io.jifen.activity;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.jifen.ledger.PostingResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a sign-in did. */
@RegisterForReflection
@Schema(name = "SignIn", description = "What a sign-in did")
record SignInBody(
        @JsonUnwrapped PostingResult result,

        @Schema(description = "Days in a row with a sign-in, this one included", examples = "7")
        int streak,

        @Schema(description = "Of the points, those by other rules than SIGN_IN, such as the streak's", examples = "10")
        long bonus) {}
