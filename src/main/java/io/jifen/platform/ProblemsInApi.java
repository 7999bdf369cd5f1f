package io.jifen.platform;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * Says in the API document, once for all operations, what their errors look like; and puts paths and schemas into one
 * order, so that the committed document changes only where the API does.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ProblemsInApi implements OASFilter {

    private static final String NAME = "Problem";

    /** What Quarkus adds for 401 and 403 says nothing that a problem doesn't. */
    private static final List<String> EMPTY_RESPONSES = List.of("401", "403");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        if (api.getComponents() == null) {
            api.setComponents(OASFactory.createComponents());
        }
        Components components = api.getComponents();
        components.addSchema(NAME, schema()).addResponse(NAME, response());
        components.setSchemas(new TreeMap<>(components.getSchemas()));
        if (api.getPaths() != null) {
            Map<String, PathItem> paths = new TreeMap<>(api.getPaths().getPathItems());
            paths.values().forEach(ProblemsInApi::addProblems);
            api.getPaths().setPathItems(paths);
        }
    }

    private static void addProblems(PathItem path) {
        for (Operation operation : path.getOperations().values()) {
            if (operation.getResponses() == null) {
                operation.setResponses(OASFactory.createAPIResponses());
            }
            EMPTY_RESPONSES.stream()
                    .filter(status -> isEmpty(operation.getResponses().getAPIResponse(status)))
                    .forEach(operation.getResponses()::removeAPIResponse);
            operation
                    .getResponses()
                    .setDefaultValue(OASFactory.createAPIResponse().ref(NAME));
        }
    }

    private static boolean isEmpty(@Nullable APIResponse response) {
        return response != null && response.getContent() == null && response.getRef() == null;
    }

    private static APIResponse response() {
        return OASFactory.createAPIResponse()
                .description("An error: code says which, figures stand beside it")
                .content(OASFactory.createContent()
                        .addMediaType(
                                Problem.MEDIA_TYPE,
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema().ref(NAME))));
    }

    private static Schema schema() {
        Schema error = OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .addProperty("field", text("Its path in the body, or the name of a parameter or header"))
                .addProperty("message", text("What is allowed there"));
        return OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .description("RFC 9457, with the figures of the code as further members")
                .addProperty("type", text("urn:jifen:problem: and the code"))
                .addProperty("title", text("The same for every problem of this code"))
                .addProperty("status", OASFactory.createSchema().addType(Schema.SchemaType.INTEGER))
                .addProperty("detail", text("What happened this time, and what to do about it"))
                .addProperty("code", text("What to program against, such as insufficient-points"))
                .addProperty("traceId", text("The idempotency key, where there was one"))
                .addProperty(
                        "errors",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.ARRAY)
                                .items(error))
                .required(List.of("type", "title", "status", "detail", "code"))
                .additionalPropertiesBoolean(true);
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING).description(description);
    }
}
