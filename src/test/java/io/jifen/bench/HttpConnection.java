package io.jifen.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * A connection that sends a request and waits for its answer, over and over: as much of HTTP/1.1 as this service
 * speaks, and as little work as possible, since what the load needs of the machine the service doesn't get.
 */
final class HttpConnection implements AutoCloseable {

    private static final String LENGTH = "content-length:";

    private final Socket socket;
    private final InputStream in;
    private byte[] buffer = new byte[16 * 1024];
    private int read;
    private int headEnd;

    HttpConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /** Returns the status of the answer. */
    int send(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        read = 0;
        do {
            fill();
            headEnd = endOfHead();
        } while (headEnd < 0);
        int length = lengthOfBody();
        while (read < headEnd + length) {
            fill();
        }
        return (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + buffer[11] - '0';
    }

    /** Of the last answer. */
    String body() {
        return new String(buffer, headEnd, read - headEnd, StandardCharsets.UTF_8);
    }

    private void fill() throws IOException {
        if (read == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int more = in.read(buffer, read, buffer.length - read);
        if (more < 0) {
            throw new EOFException("the service closed the connection");
        }
        read += more;
    }

    private int endOfHead() {
        for (int i = 3; i < read; i++) {
            if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n' && buffer[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private int lengthOfBody() throws IOException {
        String head = new String(buffer, 0, headEnd, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        int at = head.indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("an answer without Content-Length: " + head);
        }
        return Integer.parseInt(
                head.substring(at + LENGTH.length(), head.indexOf('\r', at)).strip());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
