package io.nightdrop.operation.documents;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The document types that are known and the category of each (contracts B5); any other type is {@code other}. */
final class DocumentTypes {

    private static final Map<String, String> CATEGORIES = new HashMap<>();

    static {
        add(
                "academic",
                List.of(
                        "OFFICIAL_TRANSCRIPT",
                        "ACADEMIC_TRANSCRIPT",
                        "DEGREE_CERTIFICATE",
                        "DIPLOMA",
                        "ENROLLMENT_VERIFICATION",
                        "COURSE_COMPLETION"));
        add("awards", List.of("AWARD_CERTIFICATE", "HONOR_ROLL"));
        add("sports", List.of("SPORTS_CERTIFICATE", "ATHLETIC_RECORD"));
    }

    private DocumentTypes() {}

    private static void add(String category, List<String> types) {
        types.forEach(type -> CATEGORIES.put(type, category));
    }

    static String category(String type) {
        return CATEGORIES.getOrDefault(type, "other");
    }
}
