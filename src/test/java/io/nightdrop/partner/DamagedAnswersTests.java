package io.nightdrop.partner;

import static io.nightdrop.partner.PartnerFixture.answer;
import static io.nightdrop.partner.PartnerFixture.document;
import static io.nightdrop.partner.PartnerFixture.kompliant;
import static io.nightdrop.partner.PartnerFixture.pearsana;
import static io.nightdrop.partner.PartnerFixture.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.partner.ItemReply.Succeeded;
import io.nightdrop.partner.Reply.Answered;
import io.nightdrop.partner.Reply.Doubt;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are cut anywhere or changed at random: nothing is thrown, and nothing that was refused is taken for done. */
class DamagedAnswersTests {

    private static final String PEARSANA = """
            {"results":[{"itemId":"t-1","status":"failed","error":{"code":"NOT_FOUND","message":"User not found"}},
             {"itemId":"t-2","status":"failed","error":{"code":"VALIDATION_ERROR","message":"documentType is required"}}]}""";

    private static final String KOMPLIANT = """
            {"meta":{"status":"BATCH_PROCESSED","trace_id":"trc_1","total_requests":2,"success_count":0,"failure_count":2},
             "results":[{"status":"ERROR","request":{"required_document_id":"t-1"},"errors":[{"code":"BAD_REQUEST","message":"No."}]},
             {"status":"ERROR","request":{"required_document_id":"t-2"},"errors":[{"code":"ENTITY_NOT_FOUND","message":"No."}]}]}""";

    private static final int[] STATUSES = {200, 201, 207, 400};

    private final PartnerApi pearsana = pearsana();
    private final PartnerApi kompliant = kompliant();

    private Reply pearsanaReads(int status, String body) {
        return pearsana.read(List.of(document("t-1"), document("t-2")), answer(status, body));
    }

    private Reply kompliantReads(int status, String body) {
        return kompliant.read(List.of(required(0, "w_1", "t-1"), required(1, "w_1", "t-2")), answer(status, body));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 207, 400})
    void halfAnAnswerIsADoubtWhereverItIsCut(int status) {
        for (int end = 0; end < PEARSANA.length(); end++) {
            assertThat(pearsanaReads(status, PEARSANA.substring(0, end))).isInstanceOf(Doubt.class);
        }
        for (int end = 0; end < KOMPLIANT.length(); end++) {
            assertThat(kompliantReads(status, KOMPLIANT.substring(0, end))).isInstanceOf(Doubt.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aChangedAnswerIsReadOrDoubtedAndNeverASuccess(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            int status = STATUSES[random.nextInt(STATUSES.length)];
            check(pearsanaReads(status, changed(PEARSANA, random)));
            check(kompliantReads(status, changed(KOMPLIANT, random)));
        }
    }

    private static void check(Reply reply) {
        assertThat(reply).isInstanceOfAny(Answered.class, Doubt.class);
        if (reply instanceof Answered answered) {
            assertThat(answered.items()).hasSize(2).noneMatch(Succeeded.class::isInstance);
        }
    }

    private static String changed(String body, Random random) {
        StringBuilder text = new StringBuilder(body);
        for (int times = random.nextInt(1, 4); times > 0; times--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.setCharAt(at, (char) random.nextInt(1, 0x180));
                default -> {
                    int from = random.nextInt(body.length());
                    text.insert(at, body, from, Math.min(body.length(), from + random.nextInt(1, 40)));
                }
            }
        }
        return text.toString();
    }
}
