package io.nightdrop.sftp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;

/** Keys in the files in which people have them. */
final class TestKeys {

    private TestKeys() {}

    /** Writes a new Ed25519 key in OpenSSH's format and, with {@code .pub}, its public half. */
    static Path ed25519(Path file) throws IOException {
        try {
            KeyPair key = KeyUtils.generateKeyPair("ssh-ed25519", 256);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, text);
            Files.write(file, text.toByteArray());
            Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
            Files.writeString(publicHalf(file), line(key.getPublic()) + "\n");
            return file;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Path publicHalf(Path file) {
        return file.resolveSibling(file.getFileName() + ".pub");
    }

    /** Type and key. */
    static String line(PublicKey key) {
        return PublicKeyEntry.toString(key);
    }

    /** Runs a command of OpenSSH. */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
