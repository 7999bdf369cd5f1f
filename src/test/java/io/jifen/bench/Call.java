package io.jifen.bench;

import java.nio.charset.StandardCharsets;

/** A request of which many are sent. */
record Call(String method, String path, String body) {

    static Call get(String path) {
        return new Call("GET", path, "");
    }

    static Call post(String path, String json) {
        return new Call("POST", path, json);
    }

    /** As it goes over the wire. */
    byte[] bytes(String token) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + (content.length == 0
                        ? "\r\n\r\n"
                        : "\r\nContent-Type: application/json\r\nContent-Length: " + content.length + "\r\n\r\n");
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }
}
