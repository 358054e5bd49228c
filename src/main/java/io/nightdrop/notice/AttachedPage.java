package io.nightdrop.notice;

import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import jakarta.activation.DataSource;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The report page of a drop as a mail takes it along, as it is at that moment. */
@Component
class AttachedPage {

    /** With what the encoding adds it stays below the 10 MB that mail servers take at least, as a rule. */
    static final int MAX_BYTES = 5_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(AttachedPage.class);

    private final Reports reports;

    AttachedPage(Reports reports) {
        this.reports = reports;
    }

    /**
     * What was found.
     *
     * @param file the page; null when the mail goes without it
     * @param sentence says to a person where the page is
     * @param missing whether it is not there
     */
    record Found(@Nullable DataSource file, String sentence, boolean missing) {}

    /** Reads it. A mail does not wait for its page: when that cannot be had, it says so. */
    Found of(Drop drop) {
        Path page = reports.page(drop);
        try (InputStream in = Files.newInputStream(page)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                return new Found(
                        null,
                        "The report page is too large for a mail. It lies in\n  " + Words.line(page.toString()),
                        false);
            }
            ByteArrayDataSource file = new ByteArrayDataSource(bytes, "text/html; charset=UTF-8");
            file.setName("report.html");
            return new Found(
                    file,
                    "The report page is attached. The whole report lies in\n  "
                            + Words.line(String.valueOf(page.getParent())),
                    false);
        } catch (NoSuchFileException gone) {
            return new Found(
                    null,
                    "The report page is not attached, because it is not there any more. It lay in\n  "
                            + Words.line(page.toString()),
                    true);
        } catch (IOException failure) {
            LOG.warn("A report page could not be read for a mail: {}", failure.toString());
            return new Found(
                    null,
                    "The report page is not attached, because it could not be read. It lies in\n  "
                            + Words.line(page.toString()),
                    false);
        }
    }
}
