package io.jifen.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** JSON that comes and goes in other ways than as a REST body, by the same rules. */
@Singleton
public class Json {

    private final ObjectMapper mapper;

    Json(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** The same rules for code that lives outside the container. */
    public static Json standalone() {
        return new Json(JsonRules.apply(new ObjectMapper().registerModule(new JavaTimeModule())));
    }

    /** Reads what somebody sent; whatever is wrong with it is {@code invalid-request}, naming the field. */
    public <T> T parse(byte[] json, Class<T> type) {
        T value;
        try {
            value = mapper.readValue(json, type);
        } catch (InvalidDefinitionException e) {
            throw new IllegalStateException("Not made to be read from JSON: " + type, e);
        } catch (IOException e) {
            throw new ProblemException(JsonProblems.of(e));
        }
        if (value == null) {
            throw new ProblemException(Problem.invalid(JsonProblems.BODY, "must not be null"));
        }
        return value;
    }

    /** The same of a text. */
    public <T> T parse(String json, Class<T> type) {
        return parse(json.getBytes(StandardCharsets.UTF_8), type);
    }

    /** As UTF-8. */
    public byte[] bytes(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Can't be written as JSON: " + value.getClass(), e);
        }
    }

    public String text(Object value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }
}
