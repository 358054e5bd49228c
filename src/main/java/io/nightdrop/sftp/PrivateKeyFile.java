package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.jspecify.annotations.Nullable;

/** The user's private key: OpenSSH's format or PEM (PKCS#1, SEC 1, PKCS#8), with or without a passphrase. */
record PrivateKeyFile(Path file, @Nullable String passphrase) {

    /**
     * Reads it anew, so that a key can be replaced while Nightdrop runs.
     *
     * @throws LoginRefusedException when there is no key to be had from it
     */
    List<KeyPair> load() throws LoginRefusedException {
        try {
            return parsed(Files.readString(file));
        } catch (NoSuchFileException missing) {
            throw new LoginRefusedException("The private key " + file + " is not there", missing);
        } catch (IOException | GeneralSecurityException | RuntimeException unreadable) {
            throw new LoginRefusedException("The private key " + file + " cannot be read: " + reason(), unreadable);
        }
    }

    private List<KeyPair> parsed(String text) throws IOException, GeneralSecurityException {
        FilePasswordProvider provider =
                passphrase == null ? FilePasswordProvider.EMPTY : FilePasswordProvider.of(passphrase);
        List<KeyPair> keys = new ArrayList<>();
        SecurityUtils.getKeyPairResourceParser()
                .loadKeyPairs(null, NamedResource.ofName(file.toString()), provider, text)
                .forEach(keys::add);
        if (keys.isEmpty()) {
            throw new IOException("no key in it");
        }
        return keys;
    }

    /** The libraries' own reasons tell bytes and classes. */
    private String reason() {
        return passphrase == null
                ? "it has a passphrase and none is set, or it is no private key in OpenSSH's format or PEM"
                : "the passphrase is wrong, or it is no private key in OpenSSH's format or PEM";
    }
}
