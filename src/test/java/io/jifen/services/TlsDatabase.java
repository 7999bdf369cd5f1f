package io.jifen.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

/** A database of its own that takes no connection without TLS, empty at the start and gone at the end. */
public final class TlsDatabase implements AutoCloseable {

    private final MariaDbProcess process;
    private final Path folder;

    private TlsDatabase(MariaDbProcess process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    public static TlsDatabase start(TestCertificate certificate, Path folder) throws Exception {
        Files.createDirectories(folder);
        Path binaries = Path.of(System.getProperty("basedir", ""))
                .toAbsolutePath()
                .resolve("target")
                .resolve("embedded");
        MariaDbProcess process = new MariaDbProcess(
                Ports.free(),
                folder,
                binaries,
                List.of(
                        "--ssl-cert=" + certificate.certificate().toAbsolutePath(),
                        "--ssl-key=" + certificate.key().toAbsolutePath(),
                        "--require-secure-transport=ON",
                        "--innodb-buffer-pool-size=64M"));
        Runtime.getRuntime().addShutdownHook(new Thread(process::kill));
        process.prepare(line -> {});
        process.start();
        return new TlsDatabase(process, folder);
    }

    /** Trusts this certificate, and the server only if it shows it. */
    public String jdbcUrl(TestCertificate trusted) {
        return MariaDbProcess.jdbcUrl("127.0.0.1", process.port)
                + "?sslMode=VERIFY_IDENTITY&trustCertificateKeyStoreType=PKCS12&trustCertificateKeyStoreUrl="
                + trusted.trustStore().toUri() + "&trustCertificateKeyStorePassword=" + TestCertificate.PASSWORD;
    }

    /** Without TLS. */
    public String plainJdbcUrl() {
        return MariaDbProcess.jdbcUrl("127.0.0.1", process.port) + "?sslMode=DISABLED";
    }

    /** As whoever may do everything. */
    public Connection administrator(TestCertificate trusted) throws SQLException {
        return connect(jdbcUrl(trusted), MariaDbProcess.USER, MariaDbProcess.PASSWORD);
    }

    public static Connection connect(String url, String user, String password) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        return DriverManager.getConnection(url, login);
    }

    @Override
    public void close() throws IOException {
        process.kill();
        Folders.delete(folder);
    }
}
