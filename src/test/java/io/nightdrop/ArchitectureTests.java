package io.nightdrop;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The packages hold to their directions: imports run one way, towards the ground. */
class ArchitectureTests {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.nightdrop");

    @Test
    void importsRunTowardsTheGround() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("application")
                .definedBy("io.nightdrop")
                .layer("cli")
                .definedBy("io.nightdrop.cli..")
                .layer("job")
                .definedBy("io.nightdrop.job..")
                .layer("fsck")
                .definedBy("io.nightdrop.fsck..")
                .layer("receipt")
                .definedBy("io.nightdrop.receipt..")
                .layer("notice")
                .definedBy("io.nightdrop.notice..")
                .layer("report")
                .definedBy("io.nightdrop.report..")
                .layer("inbox")
                .definedBy("io.nightdrop.inbox..")
                .layer("partner")
                .definedBy("io.nightdrop.partner..")
                .layer("operation")
                .definedBy("io.nightdrop.operation..")
                .layer("notification")
                .definedBy("io.nightdrop.notification..")
                .layer("mail")
                .definedBy("io.nightdrop.mail..")
                .layer("vault")
                .definedBy("io.nightdrop.vault..")
                .layer("result")
                .definedBy("io.nightdrop.result..")
                .layer("manifest")
                .definedBy("io.nightdrop.manifest..")
                .layer("database")
                .definedBy("io.nightdrop.database..")
                .layer("node")
                .definedBy("io.nightdrop.node..")
                .layer("sftp")
                .definedBy("io.nightdrop.sftp..")
                .layer("disk")
                .definedBy("io.nightdrop.disk..")
                .layer("settings")
                .definedBy("io.nightdrop.settings..")
                .whereLayer("application")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("cli")
                .mayOnlyBeAccessedByLayers("application")
                .whereLayer("job")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("fsck")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("receipt")
                .mayOnlyBeAccessedByLayers("job", "cli")
                .whereLayer("notice")
                .mayOnlyBeAccessedByLayers("job", "cli")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("notice", "receipt", "fsck", "job", "cli")
                .whereLayer("inbox")
                .mayOnlyBeAccessedByLayers("notice", "receipt", "fsck", "job", "cli")
                .whereLayer("partner")
                .mayOnlyBeAccessedByLayers("job", "cli")
                .whereLayer("operation")
                .mayOnlyBeAccessedByLayers("partner", "report", "job", "cli")
                .whereLayer("notification")
                .mayOnlyBeAccessedByLayers("operation", "report", "job", "cli")
                .whereLayer("mail")
                .mayOnlyBeAccessedByLayers("notification", "notice", "job", "cli")
                .whereLayer("node")
                .mayOnlyBeAccessedByLayers("result", "inbox", "partner", "receipt", "report", "fsck", "job", "cli")
                .whereLayer("sftp")
                .mayOnlyBeAccessedByLayers("inbox", "receipt", "job", "cli")
                .whereLayer("vault")
                .mayOnlyBeAccessedByLayers("notification", "operation", "report", "fsck", "job", "cli")
                .whereLayer("result")
                .mayOnlyBeAccessedByLayers(
                        "vault",
                        "notification",
                        "operation",
                        "inbox",
                        "notice",
                        "receipt",
                        "report",
                        "fsck",
                        "job",
                        "cli")
                .check(CLASSES);
    }

    @Test
    void anOperationIsKnownToNobody() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nightdrop.operation.(*)..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.nightdrop.operation.documents..",
                        "io.nightdrop.operation.requests..",
                        "io.nightdrop.operation.users..",
                        "io.nightdrop.operation.workflows..")
                .check(CLASSES);
    }

    @Test
    void theGroundNeedsNobody() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.nightdrop.disk..",
                        "io.nightdrop.time..",
                        "io.nightdrop.manifest..",
                        "io.nightdrop.settings..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.nightdrop.database..", "io.nightdrop.result..", "org.springframework.batch..")
                .check(CLASSES);
    }

    @Test
    void theWayToAServerNeedsOnlyTheGround() {
        noClasses()
                .that()
                .resideInAPackage("io.nightdrop.sftp..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.nightdrop.database..",
                        "io.nightdrop.inbox..",
                        "io.nightdrop.node..",
                        "io.nightdrop.result..",
                        "org.springframework.batch..",
                        "org.springframework.jdbc..")
                .check(CLASSES);
    }

    @Test
    void theSshLibraryIsKnownToOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nightdrop.sftp..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.sshd..", "org.springframework.integration.sftp..")
                .check(CLASSES);
    }

    @Test
    void theHttpLibraryIsKnownToOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nightdrop.partner..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.hc..", "org.springframework.security..", "org.springframework.web..")
                .check(CLASSES);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> silent = files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .distinct()
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                    .toList();
            Assertions.assertThat(silent).isEmpty();
        }
    }
}
