package io.jifen.exchange;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.ledger.ContentHash;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where goods go, as the user said when they got them. Of no use to a log: its text says nothing of it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Address", description = "Where goods go; kept as it is now, shown to nobody but the warehouse")
public record Address(
        @NotBlank(message = "is required")
        @Pattern(regexp = TEXT + "{0,64}", message = "must be at most 64 characters")
        @Schema(examples = "Li Si")
        String name,

        @NotBlank(message = "is required")
        @Pattern(regexp = TEXT + "{0,32}", message = "must be at most 32 characters")
        @Schema(examples = "13800000000")
        String phone,

        @Pattern(regexp = TEXT + "{0,128}", message = "must be at most 128 characters")
        @Schema(examples = "Shanghai")
        @Nullable
        String region,

        @NotBlank(message = "is required")
        @Pattern(regexp = TEXT + "{0,255}", message = "must be at most 255 characters")
        @Schema(examples = "1 Nanjing Road")
        String line,

        @Pattern(regexp = TEXT + "{0,16}", message = "must be at most 16 characters")
        @Schema(examples = "200000")
        @Nullable
        String postcode) {

    /** One character: no control character, and no half of a surrogate pair, which can't be stored. */
    private static final String TEXT = "[^\\p{Cc}\\p{Cs}]";

    /** For a {@link ContentHash}: the same request names the same address. */
    public Map<String, String> fields() {
        Map<String, String> fields = new TreeMap<>(Map.of("name", name, "phone", phone, "line", line));
        if (region != null) {
            fields.put("region", region);
        }
        if (postcode != null) {
            fields.put("postcode", postcode);
        }
        return fields;
    }

    @Override
    public String toString() {
        return "Address[…]";
    }
}
