package io.jifen.services;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** The programs for a dump and its restore that come with the embedded database. */
public final class MariaDbTools {

    private static final int MINUTES_MAX = 3;

    private MariaDbTools() {}

    /** One consistent moment of a database, taken while it is written to: what operators do by night. */
    public static void dump(String database, Path into) {
        run(
                "mariadb-dump",
                List.of("--single-transaction", "--skip-lock-tables", database),
                ProcessBuilder.Redirect.PIPE,
                into);
    }

    public static void restore(String database, Path from) {
        run("mariadb", List.of(database), ProcessBuilder.Redirect.from(from.toFile()), null);
    }

    private static void run(String program, List<String> arguments, ProcessBuilder.Redirect input, Path output) {
        Path base = Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target/embedded/mariadb");
        Path executable = base.resolve("bin").resolve(program);
        if (!Files.isExecutable(executable) || !TestServices.mariaDbService().isOurs()) {
            throw new TestAbortedException("needs " + program + " and the embedded database");
        }
        String address = TestServices.jdbcUrl().replaceAll("^jdbc:mysql://([^/]+)/.*$", "$1");
        List<String> command = new ArrayList<>(List.of(
                executable.toString(),
                "--no-defaults",
                "--protocol=tcp",
                "--skip-ssl",
                "--host=" + address.substring(0, address.indexOf(':')),
                "--port=" + address.substring(address.indexOf(':') + 1),
                "--user=" + TestServices.jdbcUser(),
                "--password=" + TestServices.jdbcPassword()));
        command.addAll(arguments);
        try {
            File errors = File.createTempFile("jifen", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectError(errors).redirectInput(input);
            builder.environment()
                    .putAll(Map.of("LD_LIBRARY_PATH", base.resolve("libs").toString()));
            builder.redirectOutput(
                    output == null ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.to(output.toFile()));
            Process process = builder.start();
            if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(program + ": " + Files.readString(errors.toPath()));
            }
            Files.delete(errors.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
