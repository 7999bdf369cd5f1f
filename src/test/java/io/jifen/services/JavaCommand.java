package io.jifen.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of another JVM with this JVM's class path. */
final class JavaCommand {

    private JavaCommand() {}

    /**
     * @param folder for the file that holds the class path: it is too long for a command line on some systems
     */
    static List<String> of(Class<?> main, Path folder, List<String> options, List<String> arguments) {
        Path file = folder.resolve(main.getSimpleName() + ".classpath");
        try {
            Files.createDirectories(folder);
            Files.writeString(file, "-cp " + quoted(classPath()) + System.lineSeparator());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        command.addAll(options);
        command.add("@" + file);
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }

    /** Surefire runs tests from a jar that only refers to the real class path, which it tells in a property. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** In such a file a backslash escapes, and quotes keep spaces. */
    private static String quoted(String classPath) {
        return '"' + classPath.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
