package io.jifen.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process written down so that it can be found again. The start time is part of it: pids are used again, and a
 * stranger with the same number must not be taken for ours.
 */
record PidFile(Path path) {

    void write(ProcessHandle process) {
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, text(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process, if it is still there. */
    Optional<ProcessHandle> find() {
        try {
            return Files.exists(path) ? parse(Files.readString(path)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** "pid@start", for a file or an argument. */
    static String text(ProcessHandle process) {
        long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return process.pid() + "@" + start;
    }

    static Optional<ProcessHandle> parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(text.substring(0, at)))
                .filter(ProcessHandle::isAlive)
                .filter(process -> text(process).equals(text.strip()));
    }
}
