package io.nightdrop.vault;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workflow of an applicant.
 *
 * @param id begins with {@code w_}
 * @param type for example {@code BUSINESS_APPLICATION}; open
 * @param state {@code CREATED}, {@code STARTED} or {@code ENDED}
 * @param applicantName null when unknown
 * @param applicantEmail null when unknown
 * @param requiredDocuments what the applicant has to bring
 */
public record Workflow(
        String id,
        String type,
        String state,
        @Nullable String applicantName,
        @Nullable String applicantEmail,
        List<RequiredDocument> requiredDocuments) {

    /**
     * A document that an applicant has to bring.
     *
     * @param id begins with {@code rd_}
     * @param typeCode its document type
     * @param name for people
     * @param status open; {@code INACTIVE} is known
     */
    public record RequiredDocument(String id, String typeCode, String name, String status) {}
}
