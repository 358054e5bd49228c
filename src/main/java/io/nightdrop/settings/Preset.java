package io.nightdrop.settings;

import static io.nightdrop.manifest.ColumnRule.constant;
import static io.nightdrop.manifest.ColumnRule.part;
import static io.nightdrop.manifest.ColumnRule.rename;

import io.nightdrop.manifest.ColumnRule;
import io.nightdrop.manifest.ColumnRule.Part;
import io.nightdrop.manifest.ManifestFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A system that is known to write drops of its own form, with all that an inbox needs to read them: see docs/manifests.md. */
public enum Preset {
    /** Nobody in particular. */
    NONE("", null, List.of(), List.of()),

    /** Slate's export of documents: a ZIP with an index for a document import processor. */
    SLATE_DIP(
            "documents:submitBatch",
            ManifestFormat.TSV,
            List.of("index*.txt", "*.zip"),
            List.of(
                    rename("Filename", "itemId"),
                    rename("Filename", "filename"),
                    constant("SLATE", "namespace"),
                    rename("ref", "externalId"),
                    rename("type", "documentType"),
                    rename("app ref", "metadata.app ref"))),

    /** CollegeVine's transfer of transcripts. */
    COLLEGEVINE(
            "documents:submitBatch",
            ManifestFormat.CSV,
            List.of("index.csv", "*.zip"),
            List.of(
                    rename("filename", "itemId"),
                    rename("filename", "filename"),
                    constant("COLLEGEVINE", "namespace"),
                    rename("application_id", "externalId"),
                    constant("other", "documentType"),
                    rename("school_code", "metadata.school_code"))),

    /** OnBase's self-configuring tagged index. */
    ONBASE_DIP(
            "documents:submitBatch",
            ManifestFormat.TAGGED,
            List.of("*index*.txt", "*dip*.txt", "*.zip"),
            List.of(
                    part("FileName", Part.PATH, "itemId"),
                    part("FileName", Part.PATH, "filename"),
                    constant("ONBASE", "namespace"),
                    rename("Student ID", "externalId"),
                    rename("DocTypeName", "documentType"))),

    /** The users of 1EdTech OneRoster 1.1 and 1.2. */
    ONEROSTER(
            "users:import",
            ManifestFormat.CSV,
            List.of("users.csv", "*.zip"),
            List.of(
                    constant("ONEROSTER", "namespace"),
                    rename("sourcedId", "externalId"),
                    rename("email", "email"),
                    rename("givenName", "firstName"),
                    rename("familyName", "lastName"),
                    rename("role", "roleName"),
                    constant("user", "roleName"),
                    rename("status", "status"))),

    /** The users of Canvas, as its SIS import takes them. */
    CANVAS_USERS(
            "users:import",
            ManifestFormat.CSV,
            List.of("users.csv", "*users*.csv", "*.zip"),
            List.of(
                    constant("CANVAS", "namespace"),
                    rename("user_id", "externalId"),
                    rename("email", "email"),
                    rename("first_name", "firstName"),
                    part("full_name", Part.BEFORE_LAST_SPACE, "firstName"),
                    rename("last_name", "lastName"),
                    part("full_name", Part.AFTER_LAST_SPACE, "lastName"),
                    constant("user", "roleName"),
                    new ColumnRule(
                            "status",
                            "status",
                            null,
                            Map.of("deleted", "tobedeleted", "suspended", "active"),
                            Part.WHOLE)));

    private final String operation;
    private final @Nullable ManifestFormat format;

    @SuppressWarnings("ImmutableEnumChecker") // of List.of
    private final List<String> manifests;

    @SuppressWarnings("ImmutableEnumChecker") // likewise
    private final List<ColumnRule> rules;

    Preset(String operation, @Nullable ManifestFormat format, List<String> manifests, List<ColumnRule> rules) {
        this.operation = operation;
        this.format = format;
        this.manifests = manifests;
        this.rules = rules;
    }

    /** What its manifests ask for; empty for {@link #NONE}. */
    public String operation() {
        return operation;
    }

    /** How a manifest is written whose name does not tell. */
    public Optional<ManifestFormat> format() {
        return Optional.ofNullable(format);
    }

    /** The globs of the names of its manifests; none for {@link #NONE}. */
    public List<String> manifests() {
        return manifests;
    }

    /** How our columns are filled where an inbox does not say it. */
    List<ColumnRule> rules() {
        return rules;
    }

    /** The file beside a roster that says what it is; null where there is none. */
    @Nullable
    String declaration() {
        return this == ONEROSTER ? "manifest.csv" : null;
    }

    /** As it stands in the settings. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
