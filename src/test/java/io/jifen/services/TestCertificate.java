package io.jifen.services;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A key pair and a certificate of this machine that signs itself, made by the JDK's keytool, in the forms that servers and clients want. */
public final class TestCertificate {

    public static final String PASSWORD = "changeit";
    private static final String ALIAS = "test";

    private final Path folder;
    private final Path keyStore;

    private TestCertificate(Path folder) {
        this.folder = folder;
        this.keyStore = folder.resolve("key.p12");
    }

    /** Makes one in this folder, which must not be there yet. */
    public static TestCertificate make(Path folder) throws Exception {
        Files.createDirectories(folder);
        TestCertificate made = new TestCertificate(folder);
        made.keytool(
                List.of(
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-validity",
                        "30",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-ext",
                        "bc=ca:true"),
                made.keyStore);
        KeyStore store = made.store();
        Files.writeString(
                made.certificate(),
                pem("CERTIFICATE", store.getCertificate(ALIAS).getEncoded()));
        Files.writeString(
                made.key(),
                pem("PRIVATE KEY", store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
        made.keytool(
                List.of("-importcert", "-noprompt", "-file", made.certificate().toString()), made.trustStore());
        return made;
    }

    /** PEM. */
    public Path certificate() {
        return folder.resolve("certificate.pem");
    }

    /** PEM. */
    Path key() {
        return folder.resolve("key.pem");
    }

    /** PKCS12 with the certificate, opened with {@link #PASSWORD}. */
    public Path trustStore() {
        return folder.resolve("trust.p12");
    }

    /** For a server in this JVM. */
    public SSLContext serverContext() throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(keyStore)) {
            store.load(file, PASSWORD.toCharArray());
        }
        return store;
    }

    private void keytool(List<String> what, Path store) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(what);
        command.addAll(List.of(
                "-alias", ALIAS, "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Path log = folder.resolve("keytool.log");
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("keytool ended with " + status + ": " + Files.readString(log));
        }
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + what + "-----\n";
    }
}
