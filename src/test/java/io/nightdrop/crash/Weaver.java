package io.nightdrop.crash;

import io.nightdrop.crash.FaultPoint.When;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

/** Weaves calls into classes as they are loaded: of fault points, of phases, and what makes the embedded database forgetful. */
final class Weaver implements ClassFileTransformer {

    private record Seam(String method, Advice advice) {}

    private final Map<String, List<Seam>> seams = new HashMap<>();

    void faultAt(FaultPoint point) {
        Class<?> advice = point.when() == When.BEFORE ? HitBefore.class : HitAfter.class;
        add(point.type(), point.method(), Advice.to(advice));
    }

    void phase(Phase phase) {
        add(
                phase.type(),
                phase.method(),
                Advice.withCustomMapping().bind(Letter.class, phase.letter()).to(PhaseBegins.class));
    }

    /** The embedded database with its own defaults: commits reach the operating system later, and the disk when it likes. */
    void forgetfulDatabase() {
        add("org.h2.Driver", "connect", Advice.to(OwnDefaults.class));
        add("io.nightdrop.database.Durability", "settle", Advice.to(Skipped.class));
    }

    private void add(String type, String method, Advice advice) {
        seams.computeIfAbsent(type, name -> new ArrayList<>()).add(new Seam(method, advice));
    }

    @Override
    public byte[] transform(
            ClassLoader loader, String internalName, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
        String name = internalName == null ? "" : internalName.replace('/', '.');
        List<Seam> own = seams.get(name);
        if (own == null) {
            return null;
        }
        try {
            ClassFileLocator locator = new ClassFileLocator.Compound(
                    ClassFileLocator.Simple.of(name, bytes), ClassFileLocator.ForClassLoader.of(loader));
            DynamicType.Builder<?> builder = new ByteBuddy()
                    .redefine(TypePool.Default.of(locator).describe(name).resolve(), locator);
            for (Seam seam : own) {
                builder = builder.visit(seam.advice().on(ElementMatchers.named(seam.method())));
            }
            return builder.make().getBytes();
        } catch (RuntimeException failure) {
            failure.printStackTrace(); // the virtual machine would swallow it
            Runtime.getRuntime().halt(99);
            return null;
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface Letter {}

    static final class HitBefore {
        @Advice.OnMethodEnter
        static void enter() {
            Faults.hit();
        }
    }

    static final class HitAfter {
        @Advice.OnMethodExit
        static void exit() {
            Faults.hit();
        }
    }

    static final class PhaseBegins {
        @Advice.OnMethodEnter
        static void enter(@Letter char letter) {
            Faults.phase(letter);
        }
    }

    static final class OwnDefaults {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) String url) {
            url = url.replace(";WRITE_DELAY=0", "");
        }
    }

    static final class Skipped {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }
}
