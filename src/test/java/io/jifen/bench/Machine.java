package io.jifen.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;

/** The shape of the machine and of what runs on it: everything, the load included. */
final class Machine {

    private static final String DATABASE = """
            SELECT CONCAT(@@version, ', innodb_flush_log_at_trx_commit=', @@innodb_flush_log_at_trx_commit,
                          ', innodb_buffer_pool_size=', @@innodb_buffer_pool_size DIV 1048576, 'M, innodb_log_file_size=',
                          @@innodb_log_file_size DIV 1048576, 'M')""";

    private Machine() {}

    static Map<String, Object> describe(Connection connection) throws SQLException {
        OperatingSystemMXBean system = system();
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("cores", system.getAvailableProcessors());
        shape.put("processor", processor());
        shape.put("memory", String.format(Locale.ROOT, "%.1f GiB", system.getTotalMemorySize() / (double) (1 << 30)));
        shape.put("system", system.getName() + " " + system.getArch());
        shape.put(
                "JVM",
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version")
                        + ", for the service and for the load");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DATABASE)) {
            row.next();
            shape.put("database", row.getString(1));
        }
        shape.put("broker", "Kafka " + AppInfoParser.getVersion() + ", one broker, acks=all");
        shape.put("load", "on the same machine, as are the database, the broker and the cache");
        return shape;
    }

    /** In bytes. */
    static long memory() {
        return system().getTotalMemorySize();
    }

    private static OperatingSystemMXBean system() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
