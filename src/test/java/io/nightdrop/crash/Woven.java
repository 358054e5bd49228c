package io.nightdrop.crash;

import io.nightdrop.NightdropApplication;
import io.nightdrop.crash.FaultPoint.When;
import io.nightdrop.partner.Partner;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

/**
 * The application as it is compiled, with calls to {@link Faults} woven into copies of those classes that fault points and
 * phases name. The copies lie in a jar of their own, ahead of the rest of the class path; an archive of loaded classes lets the
 * many processes of a crash test start in half the time. The application's own jar and classes know nothing of it.
 */
final class Woven {

    private static final Woven INSTANCE = new Woven();

    private final Path folder;
    private final String classPath;

    private Woven() {
        try {
            Path tests = home(Woven.class);
            Path classes = home(NightdropApplication.class);
            byte[] woven = jar(overlay(tests));
            byte[] application = jar(contents(classes, ""));
            String key = Workload.sha256(woven).substring(0, 8)
                    + Workload.sha256(application).substring(0, 8);
            folder = Path.of("target/crash/woven-" + key).toAbsolutePath();
            if (!Files.exists(folder)) {
                Files.createDirectories(folder);
                Files.write(folder.resolve("woven.jar"), woven);
                Files.write(folder.resolve("application.jar"), application);
            }
            classPath = classPath(List.of(tests, classes));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** What a Java virtual machine is told to run the application with its fault points. */
    static List<String> command() throws IOException, InterruptedException {
        List<String> command = INSTANCE.java();
        Path archive = INSTANCE.archive();
        if (Files.exists(archive)) {
            command.add("-XX:SharedArchiveFile=" + archive);
        }
        command.addAll(List.of("-cp", INSTANCE.classPath));
        return command;
    }

    private List<String> java() {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx256m",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"));
    }

    /** The archive of loaded classes, made by a first run; without it all goes on, only slower. */
    private synchronized Path archive() throws IOException, InterruptedException {
        Path archive = folder.resolve("classes.jsa");
        Path log = folder.resolve("archive.log");
        if (!Files.exists(archive) && !Files.exists(log)) {
            Site empty = new Site(folder.resolve("empty")).create();
            List<String> command = java();
            command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-cp", classPath));
            command.addAll(List.of(FaultyNightdrop.class.getName(), "run"));
            command.addAll(empty.arguments());
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            empty.remove();
        }
        return archive;
    }

    private String classPath(List<Path> replaced) {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = new ArrayList<>();
        entries.add(folder.resolve("woven.jar").toString());
        entries.add(folder.resolve("application.jar").toString());
        Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> !replaced.contains(Path.of(entry)))
                .forEach(entries::add);
        return String.join(File.pathSeparator, entries);
    }

    private static Path home(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] jar(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                header.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                jar.putNextEntry(header);
                ((OutputStream) jar).write(entry.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> contents(Path root, String below) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root.resolve(below))) {
            for (Path file : files.toList()) {
                String name = root.relativize(file).toString().replace('\\', '/');
                if (Files.isDirectory(file)) {
                    contents.put(name + "/", new byte[0]); // component scanning asks for folders
                } else {
                    contents.put(name, Files.readAllBytes(file));
                }
            }
        }
        contents.remove("/");
        return contents;
    }

    /** The classes of this package, and the woven copies. */
    private static Map<String, byte[]> overlay(Path tests) throws IOException {
        Map<String, byte[]> overlay = contents(tests, "io/nightdrop/crash");
        for (Map.Entry<String, List<Seam>> type : seams().entrySet()) {
            overlay.put(type.getKey().replace('.', '/') + ".class", weave(type.getKey(), type.getValue()));
        }
        return overlay;
    }

    private record Seam(String method, Advice advice) {}

    private static Map<String, List<Seam>> seams() {
        Map<String, List<Seam>> seams = new LinkedHashMap<>();
        for (FaultPoint point : FaultPoints.ALL) {
            Class<?> advice = point.when() == When.BEFORE ? HitBefore.class : HitAfter.class;
            add(
                    seams,
                    point.type(),
                    point.method(),
                    Advice.withCustomMapping().bind(Name.class, point.name()).to(advice));
        }
        for (Phase phase : Phase.values()) {
            add(
                    seams,
                    phase.type(),
                    phase.method(),
                    Advice.withCustomMapping()
                            .bind(Letter.class, phase.letter())
                            .to(PhaseBegins.class));
        }
        for (String method : List.of("next", "goOn", "send")) {
            add(seams, "io.nightdrop.job.Delivery", method, Advice.to(Sends.class));
        }
        add(seams, "io.nightdrop.job.Delivery", "close", Advice.to(SendsNoMore.class));
        add(seams, "org.h2.Driver", "connect", Advice.to(OwnDefaults.class));
        add(seams, "io.nightdrop.database.Durability", "settle", Advice.to(Skipped.class));
        return seams;
    }

    private static void add(Map<String, List<Seam>> seams, String type, String method, Advice advice) {
        seams.computeIfAbsent(type, name -> new ArrayList<>()).add(new Seam(method, advice));
    }

    private static byte[] weave(String name, List<Seam> seams) throws IOException {
        try (InputStream in = Woven.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new IllegalStateException("There is no class " + name);
            }
            ClassFileLocator locator = new ClassFileLocator.Compound(
                    ClassFileLocator.Simple.of(name, in.readAllBytes()),
                    ClassFileLocator.ForClassLoader.of(Woven.class.getClassLoader()));
            DynamicType.Builder<?> builder = new ByteBuddy()
                    .redefine(TypePool.Default.of(locator).describe(name).resolve(), locator);
            for (Seam seam : seams) {
                builder = builder.visit(seam.advice().on(ElementMatchers.named(seam.method())));
            }
            return builder.make().getBytes();
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Name {}

    @Retention(RetentionPolicy.RUNTIME)
    @interface Letter {}

    static final class HitBefore {
        @Advice.OnMethodEnter
        static void enter(@Name String point) {
            Faults.hit(point);
        }
    }

    static final class HitAfter {
        @Advice.OnMethodExit
        static void exit(@Name String point) {
            Faults.hit(point);
        }
    }

    static final class PhaseBegins {
        @Advice.OnMethodEnter
        static void enter(@Letter char letter) {
            Faults.phase(letter);
        }
    }

    static final class Sends {
        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue("partner") Partner partner) {
            Faults.sending(partner.name(), true);
        }
    }

    /** Its last items may be ahead still when it closes what it reads: then it goes on with another of those methods. */
    static final class SendsNoMore {
        @Advice.OnMethodExit
        static void exit(@Advice.FieldValue("partner") Partner partner) {
            Faults.sending(partner.name(), false);
        }
    }

    /** The embedded database with its own defaults: commits reach the operating system later, and the disk when it likes. */
    static final class OwnDefaults {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) String url) {
            url = Faults.forgetful() ? url.replace(";WRITE_DELAY=0", "") : url;
        }
    }

    static final class Skipped {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return Faults.forgetful();
        }
    }
}
