package io.jifen.platform;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A {@code long} id that JSON shows as a string, since JavaScript's numbers end at 2<sup>53</sup>. For answers only:
 * where a request brings an id, its record has a String. The API document needs
 * {@code @Schema(type = SchemaType.STRING)} beside it.
 */
@JacksonAnnotationsInside
@JsonSerialize(using = ToStringSerializer.class)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface Id64 {}
