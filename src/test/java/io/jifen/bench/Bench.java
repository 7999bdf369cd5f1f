package io.jifen.bench;

import io.jifen.services.TestServices;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import java.util.stream.Collectors;

/**
 * The main class of {@code ./mvnw -Pbench}: runs the parts one after the other against the packaged service, lets the
 * checker look at what each left, and writes the report.
 */
public final class Bench {

    /**
     * A log that is not written round in seconds, writing behind at the speed of a disk of today, rows by the file, and
     * room for the checker to sort and add up in memory.
     */
    private static final List<String> SETTINGS = List.of(
            "innodb_log_file_size = 1073741824",
            "innodb_io_capacity_max = 20000",
            "innodb_io_capacity = 10000",
            "local_infile = 1",
            "tmp_table_size = 268435456",
            "max_heap_table_size = 268435456",
            "sort_buffer_size = 67108864",
            "join_buffer_size = 16777216");

    /** What the largest part keeps hot is 3 GiB; a machine that is not so large gives a fifth of it, 2 GiB at least. */
    private static final long POOL_MIN = 2L << 30;

    private static final long POOL_MAX = 4L << 30;

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        // Before there are threads: its log manager deadlocks when two of them are the first to use it.
        LogManager.getLogManager();
        Path folder = Path.of(arguments[0]);
        Set<Character> only = parts(System.getProperty("bench.only", ""));
        Scale scale = Boolean.getBoolean("bench.smoke") ? Scale.smoke() : Scale.full();
        setUp();
        Report report = run(scale, only);
        report.write(folder);
        World.say("The report is " + folder.resolve("report.md"));
        if (!report.balanced()) {
            World.say("The checker found something: see the report");
            System.exit(1);
        }
        // What the services need to end must not wait for threads of clients.
        System.exit(0);
    }

    /** No letters: all parts. */
    private static Set<Character> parts(String letters) {
        Set<Character> named = Arrays.stream(letters.split(","))
                .map(String::strip)
                .filter(letter -> !letter.isEmpty())
                .map(letter -> letter.charAt(0))
                .collect(Collectors.toSet());
        return named.isEmpty() ? Part.ALL.stream().map(Part::letter).collect(Collectors.toSet()) : named;
    }

    private static void setUp() throws Exception {
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                statement.execute("SET GLOBAL " + setting);
            }
            resizePool(statement, Math.clamp(Machine.memory() / 5, POOL_MIN, POOL_MAX));
        }
    }

    /** Which is done in the background. The server rounds it up. */
    private static void resizePool(Statement statement, long bytes) throws Exception {
        statement.execute("SET GLOBAL innodb_buffer_pool_size = " + bytes);
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(30)) {
            try (ResultSet row = statement.executeQuery("SELECT @@innodb_buffer_pool_size")) {
                row.next();
                if (row.getLong(1) >= bytes) {
                    return;
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new IllegalStateException("the database's buffer pool does not get its size");
    }

    private static Connection database() throws Exception {
        return DriverManager.getConnection(
                TestServices.jdbcUrl(), TestServices.jdbcUser(), TestServices.jdbcPassword());
    }

    static Report run(Scale scale, Set<Character> only) throws Exception {
        Report report;
        try (Connection connection = database()) {
            report = new Report(Machine.describe(connection));
        }
        long begin = System.nanoTime();
        try (World world = new World(scale)) {
            for (Part part : Part.ALL) {
                if (only.contains(part.letter())) {
                    run(part, world, report);
                }
            }
        }
        report.note("run", "%.1f minutes, with the warm-up".formatted((System.nanoTime() - begin) / 6e10));
        return report;
    }

    private static void run(Part part, World world, Report report) throws Exception {
        World.say(part.letter() + "  " + part.title());
        world.prepare();
        if (part.usesService()) {
            world.heat().ifPresent(how -> report.note("warm-up", how));
        }
        long begin = System.nanoTime();
        part.run(world, report);
        Check check = world.check();
        if (check != null) {
            World.say("   checker: %s, %,d entries, %.0f s"
                    .formatted(
                            check.balanced() ? "found nothing" : check.violations(), check.entries(), check.seconds()));
        }
        report.end(part, check, (System.nanoTime() - begin) / 1e9);
    }
}
