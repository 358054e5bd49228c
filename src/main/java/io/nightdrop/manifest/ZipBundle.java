package io.nightdrop.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.UnicodePathExtraField;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.jspecify.annotations.Nullable;

/**
 * A drop in one file: a ZIP archive that holds a manifest and the companions that it names. A stranger packed it, so it
 * is read in one way only, by its central directory, and refused as soon as another reader could see something else in
 * it: names that two entries share, bytes that two entries share, a local header that tells another story.
 *
 * <p>Nothing is unpacked before it is asked for, and nothing by its own name. An archive inside of the archive is a file
 * like any other. Memory grows with the number of entries, never with their sizes. One thread at a time; to be closed.
 */
public final class ZipBundle implements AutoCloseable {

    /** An entry that unpacks to no more bytes than this may be packed as tightly as it likes: 10 MiB. */
    static final long RATIO_FREE_BYTES = 10L * 1024 * 1024;

    /** The package can do these alone; the library knows more methods, but needs other libraries for them. */
    private static final Set<Integer> METHODS = Set.of(
            ZipMethod.STORED.getCode(),
            ZipMethod.DEFLATED.getCode(),
            ZipMethod.ENHANCED_DEFLATED.getCode(),
            ZipMethod.BZIP2.getCode());

    /** The encoding of a name that is not flagged as UTF-8 (APPNOTE 6.3.10, appendix D.1). */
    private static final Charset UNFLAGGED_NAMES = Charset.forName("IBM437");

    private static final int UTF8_FLAG = 1 << 11;
    private static final int SIZES_FOLLOW_FLAG = 1 << 3;
    /** Encrypted, strongly encrypted, encrypted together with the central directory. */
    private static final int ENCRYPTION_FLAGS = 1 | 1 << 6 | 1 << 13;

    /** What a packer leaves at the start that was ready to split the archive and did not need to (APPNOTE, 8.5.4). */
    private static final int NOT_SPLIT_AFTER_ALL = 0x30304b50;

    private static final int LOCAL_HEADER = 0x04034b50;
    private static final int LOCAL_HEADER_LENGTH = 30;
    private static final long ZIP64 = 0xFFFFFFFFL;
    private static final int BLOCK = 64 * 1024;
    private static final int MAX_QUOTED = 200;
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private final Source source;
    private final ZipFile zip;
    private final Map<String, ZipArchiveEntry> entries;
    private final String manifest;
    private final ManifestFormat format;

    private ZipBundle(
            Source source, ZipFile zip, Map<String, ZipArchiveEntry> entries, String manifest, ManifestFormat format) {
        this.source = source;
        this.zip = zip;
        this.entries = entries;
        this.manifest = manifest;
        this.format = format;
    }

    /**
     * How much an archive may hold.
     *
     * @param maxEntries the most entries, folders counted
     * @param maxBytes the most bytes that all entries together may say they unpack to
     * @param maxRatio the most bytes that one packed byte may unpack to, in an entry of more than 10 MiB; at least 1
     */
    public record Limits(int maxEntries, long maxBytes, int maxRatio) {

        public Limits {
            if (maxRatio < 1) {
                throw new IllegalArgumentException("maxRatio must be at least 1, not " + maxRatio);
            }
        }
    }

    /**
     * What came of opening an archive: exactly one of the two is there.
     *
     * @param bundle the open bundle, which the caller closes
     * @param defect why the archive is refused
     */
    public record Opening(
            @Nullable ZipBundle bundle, @Nullable Defect defect) {}

    /** What a copy found. */
    public enum Verdict {
        /** All of it was copied; its size and CRC-32 are what the archive says. */
        COPIED,
        /** It says itself that it is longer than the limit; nothing was written. */
        TOO_LARGE,
        /** It cannot be unpacked, or its size or CRC-32 is another than the archive says; what was written is void. */
        CORRUPT
    }

    /**
     * Opens an archive and looks through all that it says about itself, without unpacking anything.
     *
     * @param isManifest whether a file of that name, without its folders, is meant to be a manifest; where it knows none,
     *     the only file in one of the manifest formats is taken
     * @param formats the format of a file of that name, without its folders; empty when it cannot be a manifest
     * @throws IOException when the file cannot be opened or read; a file that is no sound archive is a defect
     */
    public static Opening open(
            Path zip, Limits limits, Predicate<String> isManifest, Function<String, Optional<ManifestFormat>> formats)
            throws IOException {
        Source source = new Source(FileChannel.open(zip, StandardOpenOption.READ));
        boolean opened = false;
        try {
            EndRecord end = EndRecord.of(source);
            end.checkDirectory(source, limits.maxEntries());
            ZipFile file = source.decode(() -> ZipFile.builder()
                    .setSeekableByteChannel(source)
                    .setUseUnicodeExtraFields(false)
                    .setIgnoreLocalFileHeader(true)
                    .get());
            Map<String, ZipArchiveEntry> entries = checkedEntries(file, limits);
            checkExtents(source, entries, end.directoryStart());
            String manifest = chooseManifest(entries.keySet(), isManifest, formats);
            ManifestFormat format = formats.apply(fileName(manifest)).orElseThrow();
            ZipBundle bundle = new ZipBundle(source, file, entries, manifest, format);
            opened = true;
            return new Opening(bundle, null);
        } catch (Refused refused) {
            return new Opening(null, new Defect(refused.getMessage()));
        } finally {
            if (!opened) {
                source.close();
            }
        }
    }

    /** The manifest's name in the archive, with its folders. */
    public String manifestName() {
        return manifest;
    }

    /** The manifest's format. */
    public ManifestFormat manifestFormat() {
        return format;
    }

    /**
     * Unpacks the manifest to a new file; the file is there only when that succeeded.
     *
     * @return why the manifest cannot be unpacked, or empty when it was
     * @throws IOException when the archive cannot be read, or the file exists or cannot be written
     */
    public Optional<Defect> extractManifest(Path target) throws IOException {
        Entry entry = new Entry(entry(manifest).orElseThrow());
        OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Verdict verdict;
        try (out) {
            verdict = entry.copyTo(out, entry.size());
        } catch (IOException | RuntimeException fault) {
            Files.deleteIfExists(target);
            throw fault;
        }
        if (verdict == Verdict.COPIED) {
            return Optional.empty();
        }
        Files.delete(target);
        return Optional.of(new Defect("the manifest " + quoted(manifest)
                + " is corrupt: it does not unpack to the size and the checksum that the archive says"));
    }

    /**
     * The companion of that name, looked up among the archive's entries and never resolved as a path.
     *
     * @param name as the manifest writes it: relative to the manifest's own folder, with {@code /}
     */
    public Optional<Entry> companion(String name) {
        if (!CompanionName.staysInside(name)) {
            return Optional.empty();
        }
        String folder =
                manifest.substring(0, manifest.length() - fileName(manifest).length());
        return entry(folder + name).map(Entry::new);
    }

    private Optional<ZipArchiveEntry> entry(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /** Closes the archive's file; its entries cannot be copied afterwards. */
    @Override
    public void close() throws IOException {
        zip.close();
    }

    /** A file in the archive; it can be copied as often as wanted while the bundle is open. */
    public final class Entry {

        private final ZipArchiveEntry entry;

        private Entry(ZipArchiveEntry entry) {
            this.entry = entry;
        }

        /** How many bytes it unpacks to, as the archive says; a copy that differs is corrupt. */
        public long size() {
            return entry.getSize();
        }

        /**
         * Unpacks it as a stream; never writes more bytes than {@link #size} and the limit allow.
         *
         * @param limit the most bytes to write
         * @throws IOException when the archive's file cannot be read or writing fails
         */
        public Verdict copyTo(OutputStream out, long limit) throws IOException {
            if (size() > limit) {
                return Verdict.TOO_LARGE;
            }
            try (InputStream in = source.decode(() -> zip.getInputStream(entry))) {
                byte[] block = new byte[BLOCK];
                CRC32 crc = new CRC32();
                long count = 0;
                int length = source.decode(() -> in.read(block));
                while (length != -1) {
                    count += length;
                    if (count > size()) {
                        return Verdict.CORRUPT;
                    }
                    crc.update(block, 0, length);
                    out.write(block, 0, length);
                    length = source.decode(() -> in.read(block));
                }
                return count == size() && crc.getValue() == entry.getCrc() ? Verdict.COPIED : Verdict.CORRUPT;
            } catch (Refused corrupt) {
                return Verdict.CORRUPT;
            }
        }
    }

    private static Map<String, ZipArchiveEntry> checkedEntries(ZipFile zip, Limits limits) throws Refused {
        Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();
        Map<String, String> names = new HashMap<>();
        long bytes = 0;
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            String name = nameOf(entry);
            Optional<String> problem = nameProblem(name).or(() -> contentProblem(entry, limits));
            if (problem.isPresent()) {
                throw new Refused("the entry " + quoted(name) + " " + problem.get());
            }
            String twin = names.put(withoutVariants(name), name);
            if (twin != null) {
                throw new Refused("the entries " + quoted(twin) + " and " + quoted(name)
                        + " have the same name, or names that not every file system tells apart");
            }
            if (entry.getSize() > limits.maxBytes() - bytes) {
                throw new Refused("the entry " + quoted(name) + " brings the archive over the allowed "
                        + limits.maxBytes() + " unpacked bytes");
            }
            bytes += entry.getSize();
            entries.put(name, entry);
        }
        return entries;
    }

    /** The name by the rules of APPNOTE 4.6.9 and D; the library replaces bytes that it cannot read, and that hides twins. */
    private static String nameOf(ZipArchiveEntry entry) throws Refused {
        byte[] raw = entry.getRawName();
        if ((entry.getRawFlag() & UTF8_FLAG) != 0) {
            return utf8(raw).orElseThrow(() -> notUtf8(raw));
        }
        if (entry.getExtraField(UnicodePathExtraField.UPATH_ID) instanceof UnicodePathExtraField field
                && field.getNameCRC32() == crc(raw)) {
            return utf8(field.getUnicodeName()).orElseThrow(() -> notUtf8(field.getUnicodeName()));
        }
        return utf8(raw).orElseGet(() -> new String(raw, UNFLAGGED_NAMES));
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException malformed) {
            return Optional.empty();
        }
    }

    private static Refused notUtf8(byte[] name) {
        return new Refused("the entry " + quoted(new String(name, StandardCharsets.UTF_8))
                + " has a name that is not UTF-8, though the archive says that it is");
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private static Optional<String> nameProblem(String name) {
        if (name.isEmpty()) {
            return Optional.of("has no name");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("has a control character in its name");
        }
        if (name.indexOf('\\') >= 0) {
            return Optional.of("has a backslash in its name");
        }
        String path = withoutSlash(name);
        if (path.isEmpty()
                || path.startsWith("/")
                || path.matches("[A-Za-z]:.*")
                || ("/" + path + "/").contains("/../")) {
            return Optional.of("has a name that leaves the archive");
        }
        return CompanionName.staysInside(path)
                ? Optional.empty()
                : Optional.of(
                        "has a name that is no plain path of at most " + CompanionName.MAX_LENGTH + " characters");
    }

    private static Optional<String> contentProblem(ZipArchiveEntry entry, Limits limits) {
        if ((entry.getRawFlag() & ENCRYPTION_FLAGS) != 0) {
            return Optional.of("is encrypted");
        }
        // The library sees links of Unix archives only; other tools make links of any archive that has the mode.
        if ((entry.getExternalAttributes() >> 16 & UnixStat.FILE_TYPE_FLAG) == UnixStat.LINK_FLAG) {
            return Optional.of("is a symbolic link");
        }
        if (!METHODS.contains(entry.getMethod())) {
            return Optional.of("is packed with method " + entry.getMethod() + ", which is not supported; deflate it");
        }
        if (entry.getDiskNumberStart() != 0) {
            return Optional.of("stands in another part of a split archive");
        }
        // Divides where multiplying could overflow: size > packed * ratio.
        boolean bomb = entry.getSize() > RATIO_FREE_BYTES
                && (entry.getSize() - 1) / limits.maxRatio() >= entry.getCompressedSize();
        return bomb
                ? Optional.of("unpacks to more than " + limits.maxRatio() + " times its packed size")
                : Optional.empty();
    }

    /** What is left of a name on a file system that knows neither case nor Unicode forms; a folder is named like a file. */
    private static String withoutVariants(String name) {
        return Normalizer.normalize(withoutSlash(name), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    private static String withoutSlash(String name) {
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    private static String fileName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** The bytes of the archive from an entry's local header to the end of its data. */
    private record Extent(String name, long start, long end) {}

    private static void checkExtents(Source source, Map<String, ZipArchiveEntry> entries, long directoryStart)
            throws IOException, Refused {
        List<Extent> extents = new ArrayList<>();
        for (Map.Entry<String, ZipArchiveEntry> entry : entries.entrySet()) {
            extents.add(extent(source, entry.getKey(), entry.getValue(), directoryStart));
        }
        extents.sort(Comparator.comparingLong(Extent::start));
        Extent before = new Extent("", 0, 0);
        for (Extent extent : extents) {
            if (extent.start() < before.end()) {
                throw new Refused("the entries " + quoted(before.name()) + " and " + quoted(extent.name())
                        + " overlap: they share bytes of the archive");
            }
            before = extent;
        }
        Extent first = extents.get(0);
        boolean marked = first.start() == 4 && source.read(0, 4).getInt(0) == NOT_SPLIT_AFTER_ALL;
        if (first.start() != 0 && !marked) {
            throw new Refused(
                    "not a plain ZIP archive: something else stands before its first entry, " + quoted(first.name()));
        }
    }

    private static Extent extent(Source source, String name, ZipArchiveEntry entry, long directoryStart)
            throws IOException, Refused {
        byte[] rawName = entry.getRawName();
        long start = entry.getLocalHeaderOffset();
        if (start < 0 || start > directoryStart - LOCAL_HEADER_LENGTH - rawName.length) {
            throw new Refused("the entry " + quoted(name) + " lies outside of the archive's data");
        }
        ByteBuffer header = source.read(start, LOCAL_HEADER_LENGTH + rawName.length);
        if (!describes(header, entry, rawName)) {
            throw new Refused(
                    "the entry " + quoted(name) + " is not what the archive's directory says: its own header differs");
        }
        long data = start + LOCAL_HEADER_LENGTH + rawName.length + Source.unsignedShort(header, 28);
        if (data > directoryStart || entry.getCompressedSize() > directoryStart - data) {
            throw new Refused("the entry " + quoted(name) + " lies outside of the archive's data");
        }
        return new Extent(name, start, data + entry.getCompressedSize());
    }

    private static boolean describes(ByteBuffer header, ZipArchiveEntry entry, byte[] rawName) {
        int flags = Source.unsignedShort(header, 6);
        return header.getInt(0) == LOCAL_HEADER
                && ((flags ^ entry.getRawFlag()) & (ENCRYPTION_FLAGS | UTF8_FLAG)) == 0
                && Source.unsignedShort(header, 8) == entry.getMethod()
                && Source.unsignedShort(header, 26) == rawName.length
                && header.slice(LOCAL_HEADER_LENGTH, rawName.length).equals(ByteBuffer.wrap(rawName))
                && ((flags & SIZES_FOLLOW_FLAG) != 0
                        || (Source.unsignedInt(header, 14) == entry.getCrc()
                                && sameSize(Source.unsignedInt(header, 18), entry.getCompressedSize())
                                && sameSize(Source.unsignedInt(header, 22), entry.getSize())));
    }

    private static boolean sameSize(long narrow, long size) {
        return narrow == size || narrow == ZIP64;
    }

    private static String chooseManifest(
            Collection<String> names, Predicate<String> isManifest, Function<String, Optional<ManifestFormat>> formats)
            throws Refused {
        List<String> readable = names.stream()
                .filter(name -> !litter(name))
                .filter(name -> formats.apply(fileName(name)).isPresent())
                .toList();
        List<String> named = readable.stream()
                .filter(name -> isManifest.test(fileName(name)))
                .toList();
        List<String> found = named.isEmpty() ? readable : named;
        if (found.isEmpty()) {
            throw new Refused("the archive holds no manifest");
        }
        if (found.size() > 1) {
            String pair = quoted(found.get(0)) + " and " + quoted(found.get(1));
            throw new Refused(
                    named.isEmpty()
                            ? "the archive holds no file with a manifest's name, and several that could be one: " + pair
                            : "the archive holds several manifests: " + pair);
        }
        return found.get(0);
    }

    /** What macOS adds to an archive unasked ({@code .DS_Store}, {@code ._name}), and names that begin as hidden ones do. */
    private static boolean litter(String name) {
        return name.startsWith("__MACOSX/") || fileName(name).startsWith(".");
    }

    /** A name for a message: no character that a terminal or a page would act on, and not too long to read. */
    private static String quoted(String name) {
        return "'" + printable(name) + "'";
    }

    private static String printable(String text) {
        return UNPRINTABLE
                .matcher(text)
                .replaceAll(found -> String.format("\\\\u%04x", found.group().codePointAt(0)))
                .replaceFirst("^(.{" + MAX_QUOTED + "}).+", "$1…");
    }

    /**
     * Where an archive's directory is, as the record at its end says. The library reads on for as long as entries follow,
     * whatever the record says, and keeps them all; here they are counted first, and everything must fit to the byte.
     *
     * @param at where the directory must end
     */
    private record EndRecord(
            long at,
            long disk,
            long directoryDisk,
            long entriesHere,
            long entries,
            long directoryLength,
            long directoryStart) {

        private static final int SIGNATURE = 0x06054b50;
        private static final int LENGTH = 22;
        private static final int LOCATOR = 0x07064b50;
        private static final int LOCATOR_LENGTH = 20;
        private static final int WIDE_SIGNATURE = 0x06064b50;
        private static final int WIDE_LENGTH = 56;
        private static final int HEADER = 0x02014b50;
        private static final int HEADER_LENGTH = 46;

        static EndRecord of(Source source) throws IOException, Refused {
            long size = source.size();
            if (size == 0) {
                throw new Refused("the archive is empty");
            }
            int length = (int) Math.min(size, LENGTH + 0xFFFF);
            ByteBuffer tail = source.read(size - length, length);
            int at = length - LENGTH;
            while (at >= 0 && tail.getInt(at) != SIGNATURE) {
                at--;
            }
            if (at < 0) {
                throw Refused.unreadable("its end is missing");
            }
            if (at + LENGTH + Source.unsignedShort(tail, at + 20) != length) {
                throw Refused.unreadable("it does not end where it says");
            }
            EndRecord narrow = new EndRecord(
                    size - length + at,
                    Source.unsignedShort(tail, at + 4),
                    Source.unsignedShort(tail, at + 6),
                    Source.unsignedShort(tail, at + 8),
                    Source.unsignedShort(tail, at + 10),
                    Source.unsignedInt(tail, at + 12),
                    Source.unsignedInt(tail, at + 16));
            EndRecord end = narrow.at() > LOCATOR_LENGTH ? narrow.widened(source) : narrow;
            end.checkWhole();
            return end;
        }

        /** The ZIP64 record, where there is one. */
        private EndRecord widened(Source source) throws IOException, Refused {
            long locatorAt = at - LOCATOR_LENGTH;
            ByteBuffer locator = source.read(locatorAt, LOCATOR_LENGTH);
            if (locator.getInt(0) != LOCATOR) {
                return this;
            }
            if (locator.getInt(4) != 0 || Source.unsignedInt(locator, 16) > 1) {
                throw Refused.split();
            }
            long wideAt = locator.getLong(8);
            if (wideAt < 0 || wideAt > locatorAt - WIDE_LENGTH) {
                throw Refused.misplaced();
            }
            ByteBuffer record = source.read(wideAt, WIDE_LENGTH);
            EndRecord wide = new EndRecord(
                    wideAt,
                    Source.unsignedInt(record, 16),
                    Source.unsignedInt(record, 20),
                    record.getLong(24),
                    record.getLong(32),
                    record.getLong(40),
                    record.getLong(48));
            boolean fits = record.getInt(0) == WIDE_SIGNATURE && record.getLong(4) == locatorAt - wideAt - 12;
            if (!fits || !agreesWith(wide)) {
                throw Refused.misplaced();
            }
            return wide;
        }

        private boolean agreesWith(EndRecord wide) {
            return agree(disk, wide.disk, 0xFFFF)
                    && agree(directoryDisk, wide.directoryDisk, 0xFFFF)
                    && agree(entriesHere, wide.entriesHere, 0xFFFF)
                    && agree(entries, wide.entries, 0xFFFF)
                    && agree(directoryLength, wide.directoryLength, ZIP64)
                    && agree(directoryStart, wide.directoryStart, ZIP64);
        }

        private static boolean agree(long narrow, long wide, long seeWide) {
            return narrow == wide || narrow == seeWide;
        }

        private void checkWhole() throws Refused {
            if (disk != 0 || directoryDisk != 0 || entriesHere != entries) {
                throw Refused.split();
            }
            if (directoryLength < 0 || directoryLength > at || directoryStart != at - directoryLength) {
                throw Refused.misplaced();
            }
        }

        void checkDirectory(Source source, int maxEntries) throws IOException, Refused {
            long count = 0;
            long next = directoryStart;
            while (next < at) {
                ByteBuffer header = source.read(next, HEADER_LENGTH);
                if (header.getInt(0) != HEADER) {
                    throw Refused.misplaced();
                }
                if (++count > maxEntries) {
                    throw new Refused("the archive holds more than " + maxEntries + " entries");
                }
                next += HEADER_LENGTH
                        + Source.unsignedShort(header, 28)
                        + Source.unsignedShort(header, 30)
                        + Source.unsignedShort(header, 32);
            }
            if (next != at || count != entries) {
                throw Refused.misplaced();
            }
            if (count == 0) {
                throw new Refused("the archive is empty");
            }
        }
    }

    @FunctionalInterface
    private interface Step<T> {
        T run() throws IOException;
    }

    /** The archive's bytes. It remembers when the file fails, because the library throws the same for a broken archive. */
    private static final class Source implements SeekableByteChannel {

        private final FileChannel file;
        private @Nullable IOException fault;

        Source(FileChannel file) {
            this.file = file;
        }

        /** Has the library read; what it throws is the archive's fault unless the file failed. */
        <T> T decode(Step<T> step) throws IOException, Refused {
            fault = null;
            try {
                return step.run();
            } catch (IOException | RuntimeException problem) {
                IOException failed = fault;
                if (failed != null) {
                    throw failed;
                }
                throw Refused.unreadable(reason(problem));
            }
        }

        private static String reason(Throwable problem) {
            Throwable root = problem;
            for (Throwable cause = root; cause != null; cause = cause.getCause()) {
                root = cause;
            }
            String message = root instanceof IOException ? root.getMessage() : null;
            return message == null ? "its directory is damaged" : printable(message);
        }

        ByteBuffer read(long at, int length) throws IOException, Refused {
            ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                if (file.read(bytes, at + bytes.position()) < 0) {
                    throw Refused.unreadable("it is cut off");
                }
            }
            return bytes;
        }

        static int unsignedShort(ByteBuffer bytes, int at) {
            return Short.toUnsignedInt(bytes.getShort(at));
        }

        static long unsignedInt(ByteBuffer bytes, int at) {
            return Integer.toUnsignedLong(bytes.getInt(at));
        }

        private <T> T remembering(Step<T> step) throws IOException {
            try {
                return step.run();
            } catch (IOException failed) {
                fault = failed;
                throw failed;
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return remembering(() -> file.read(target));
        }

        @Override
        public long position() throws IOException {
            return remembering(file::position);
        }

        @Override
        public Source position(long position) throws IOException {
            remembering(() -> file.position(position));
            return this;
        }

        @Override
        public long size() throws IOException {
            return remembering(file::size);
        }

        @Override
        public int write(ByteBuffer bytes) {
            throw new NonWritableChannelException();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Ends the reading of an archive that is refused; its message is the defect's. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }

        static Refused unreadable(String reason) {
            return new Refused("not a readable ZIP archive: " + reason);
        }

        static Refused misplaced() {
            return unreadable("its directory is not what its end says; a part may be missing or added");
        }

        static Refused split() {
            return new Refused("the archive is split over several files");
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
