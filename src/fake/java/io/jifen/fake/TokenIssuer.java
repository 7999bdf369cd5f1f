package io.jifen.fake;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * An identity provider of one class: a key pair that lives as long as the run, and JWTs (RFC 7519, RS256) signed
 * with it, with the roles in the claim {@code groups}.
 */
public final class TokenIssuer {

    /** The value of {@code mp.jwt.verify.issuer}. */
    public static final String ISSUER = "https://jifen.local";

    /** What a user id, and so a subject, may consist of. It also needs no escaping in JSON. */
    private static final Pattern SUBJECT = Pattern.compile("[A-Za-z0-9._:@-]{1,64}");

    private static final Pattern ROLE = Pattern.compile("[a-z-]{1,32}");

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private TokenIssuer(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    public static TokenIssuer create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            return new TokenIssuer(pair.getPrivate(), pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The issuer whose {@link #privateKey()} and {@link #publicKey()} these are. */
    public static TokenIssuer of(String privateKey, String publicKey) {
        try {
            KeyFactory rsa = KeyFactory.getInstance("RSA");
            return new TokenIssuer(
                    rsa.generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getDecoder().decode(privateKey))),
                    rsa.generatePublic(
                            new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not a pair of RSA keys", e);
        }
    }

    /** The issuer that {@link #save} wrote to this folder. */
    public static TokenIssuer load(Path folder) throws IOException {
        return of(
                Files.readString(folder.resolve("private.key")).strip(),
                Files.readString(folder.resolve("public.key")).strip());
    }

    /** For another process of this user on this machine. */
    public void save(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("private.key");
        Files.writeString(file, "");
        // Nobody else's; elsewhere than on POSIX systems this does what it can.
        file.toFile().setReadable(false, false);
        file.toFile().setReadable(true, true);
        Files.writeString(file, privateKey());
        Files.writeString(folder.resolve("public.key"), publicKey());
    }

    /** Base64 of the PKCS #8 form. */
    public String privateKey() {
        return Base64.getEncoder().encodeToString(privateKey.getEncoded());
    }

    /** Base64 of the X.509 form, as {@code mp.jwt.verify.publickey} takes it. */
    public String publicKey() {
        return Base64.getEncoder().encodeToString(publicKey.getEncoded());
    }

    /**
     * @throws IllegalArgumentException if the subject is no user id, or the role none of a service
     */
    public String token(String subject, String role, Duration validFor) {
        if (!SUBJECT.matcher(subject).matches()) {
            throw new IllegalArgumentException("A user is 1 to 64 of A-Z a-z 0-9 . _ : @ -");
        }
        if (!ROLE.matcher(role).matches()) {
            throw new IllegalArgumentException("A role is lower case letters and dashes, such as points-user");
        }
        long now = Instant.now().getEpochSecond();
        return signed("{\"alg\":\"RS256\",\"typ\":\"JWT\"}", """
                {"iss":"%s","sub":"%s","upn":"%s","groups":["%s"],"iat":%d,"exp":%d,"jti":"%s"}""".formatted(
                        ISSUER, subject, subject, role, now, now + validFor.toSeconds(), UUID.randomUUID()));
    }

    /** A token of any header and claims, both JSON, whatever they say. */
    public String signed(String header, String claims) {
        String signed = base64Url(header) + "." + base64Url(claims);
        return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(sign(signed));
    }

    /** The public key as a member of a JWKS (RFC 7517). */
    public String jwk(String keyId) {
        RSAPublicKey rsa = (RSAPublicKey) publicKey;
        return """
                {"kty":"RSA","use":"sig","alg":"RS256","kid":"%s","n":"%s","e":"%s"}""".formatted(keyId, unsigned(rsa.getModulus()), unsigned(rsa.getPublicExponent()));
    }

    /** Base64url of the number without a sign. */
    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private byte[] sign(String text) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(privateKey);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64Url(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
