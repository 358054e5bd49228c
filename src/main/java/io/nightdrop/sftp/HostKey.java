package io.nightdrop.sftp;

import io.nightdrop.manifest.ContentFacts;
import java.security.PublicKey;
import java.util.Base64;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * A server's public key.
 *
 * @param type such as {@code ssh-ed25519}
 * @param fingerprint as {@code ssh} prints it
 */
record HostKey(String type, String fingerprint) {

    static HostKey of(PublicKey key) {
        ByteArrayBuffer buffer = new ByteArrayBuffer();
        buffer.putRawPublicKey(key);
        return of(KeyUtils.getKeyType(key), buffer.getCompactData());
    }

    /** From the key as it goes over the wire. */
    static HostKey of(String type, byte[] encoded) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return new HostKey(
                type, "SHA256:" + base64.encodeToString(ContentFacts.sha256().digest(encoded)));
    }

    @Override
    public String toString() {
        return type + " " + fingerprint;
    }
}
