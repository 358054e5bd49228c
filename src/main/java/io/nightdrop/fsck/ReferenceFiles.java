package io.nightdrop.fsck;

import io.nightdrop.disk.Disk;
import io.nightdrop.fsck.References.Kind;
import io.nightdrop.fsck.References.Reference;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * References sorted into 256 temporary files by the first byte of their fingerprint, as the vault sorts the bytes: so each
 * of its folders can be compared with the rows by itself, and memory stays flat.
 */
final class ReferenceFiles implements AutoCloseable {

    /** How many folders the vault has. */
    static final int PARTS = 256;

    private static final HexFormat HEX = HexFormat.of();
    private static final int FINGERPRINT = 32;

    private final Path folder;
    private final DataOutputStream[] parts = new DataOutputStream[PARTS];

    ReferenceFiles() throws IOException {
        this.folder = Files.createTempDirectory("nightdrop-fsck");
        for (int part = 0; part < PARTS; part++) {
            parts[part] = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file(part))));
        }
    }

    /** The name of that folder of the vault. */
    static String prefix(int part) {
        return HEX.toHexDigits((byte) part);
    }

    void add(Reference reference) throws IOException {
        byte[] fingerprint = HEX.parseHex(reference.fingerprint());
        DataOutputStream out = parts[fingerprint[0] & 0xff];
        out.writeByte(reference.kind().code());
        out.write(fingerprint);
        out.writeLong(reference.first());
        out.writeLong(reference.second());
    }

    /** No more will be added. */
    void finish() throws IOException {
        for (DataOutputStream part : parts) {
            part.close();
        }
    }

    /** Those of one part, in no order. */
    void forEach(int part, References.Handler handler) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file(part))))) {
            byte[] fingerprint = new byte[FINGERPRINT];
            while (true) {
                int kind = in.read();
                if (kind < 0) {
                    return;
                }
                in.readFully(fingerprint);
                handler.take(new Reference(Kind.of(kind), HEX.formatHex(fingerprint), in.readLong(), in.readLong()));
            }
        } catch (EOFException cut) {
            throw new IOException("The temporary file " + file(part) + " was cut", cut);
        }
    }

    private Path file(int part) {
        return folder.resolve(prefix(part));
    }

    @Override
    public void close() throws IOException {
        finish();
        Disk.deleteTree(folder);
    }
}
