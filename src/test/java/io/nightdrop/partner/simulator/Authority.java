package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that issues certificates for tests. */
final class Authority {

    private static final String ALIAS = "simulator";

    private final KeyPair keys = keyPair();
    private final X500Principal name;
    private final X509Certificate certificate;

    Authority(String name) {
        this.name = new X500Principal("CN=" + name);
        Instant now = Instant.now();
        Validity validity = new Validity(now.minus(Duration.ofDays(100)), now.plus(Duration.ofDays(100)));
        this.certificate = certificate(this.name, keys, validity, Extension.basicConstraints, null);
    }

    private record Validity(Instant from, Instant to) {}

    /** Its own certificate in PEM. */
    String pem() {
        try {
            Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
            String text = lines.encodeToString(certificate.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A key store that trusts it. */
    KeyStore trusted() {
        try {
            KeyStore store = empty();
            store.setCertificateEntry(ALIAS, certificate);
            return store;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A key store with a new key and a certificate for it. */
    KeyStore issue(String host, Instant from, Instant to, String password) {
        try {
            KeyPair own = keyPair();
            X509Certificate leaf = certificate(
                    new X500Principal("CN=" + host),
                    own,
                    new Validity(from, to),
                    Extension.subjectAlternativeName,
                    host);
            KeyStore store = empty();
            PrivateKey key = own.getPrivate();
            store.setKeyEntry(ALIAS, key, password.toCharArray(), new Certificate[] {leaf, certificate});
            return store;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private X509Certificate certificate(
            X500Principal subject,
            KeyPair subjectKeys,
            Validity validity,
            org.bouncycastle.asn1.ASN1ObjectIdentifier extension,
            String host) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(64, new SecureRandom()),
                    Date.from(validity.from()),
                    Date.from(validity.to()),
                    subject,
                    subjectKeys.getPublic());
            builder.addExtension(extension, host == null, host == null ? new BasicConstraints(true) : names(host));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static GeneralNames names(String host) {
        boolean address = Character.isDigit(host.charAt(0));
        return new GeneralNames(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host));
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
