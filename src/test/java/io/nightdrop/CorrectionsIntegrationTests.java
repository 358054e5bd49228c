package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.result.CorrectionChain;
import io.nightdrop.result.Drop;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Failed items that are corrected and dropped again are on record with the drops in which they failed. */
@NightdropIntegrationTest
class CorrectionsIntegrationTests {

    private static final String HEADER = "itemId,namespace,externalId,documentType,filename\n";

    @Autowired
    private Sender sender;

    @Autowired
    private CorrectionChain chain;

    private Inbox inbox;

    @BeforeEach
    void rosterAndFiles() throws IOException {
        sender.roster();
        inbox = sender.inbox();
    }

    private Drop drop(String name, String text) throws IOException {
        sender.put(inbox, "x.pdf", "%PDF-1.4 " + name);
        sender.put(inbox, name, text);
        return sender.runOne(inbox);
    }

    private Drop rejected() throws IOException {
        return drop("docs-manifest.csv", HEADER + """
                good,SIS,S-77,DIPLOMA,x.pdf
                bad,SIS,S-7,DIPLOMA,x.pdf
                worse,SIS,S-8,DIPLOMA,x.pdf
                """);
    }

    @Test
    void theChainGoesFromRejectedOverCorrectedToStored() throws IOException {
        Drop first = rejected();
        Drop second = drop(
                first.name() + ".corrections.csv",
                sender.report(first, "corrections.csv").replace("S-7,", "S-77,"));
        Drop third = drop(
                second.name() + ".corrections.csv",
                sender.report(second, "corrections.csv").replace("S-8,", "S-77,"));

        assertThat(chain.of(first)).isEmpty();
        assertThat(chain.of(second)).hasValue(new CorrectionChain.Correction(first, 2, 1));
        assertThat(chain.of(third)).hasValue(new CorrectionChain.Correction(second, 1, 1));
        assertThat(chain.correcting(first)).containsExactly(new CorrectionChain.Correction(second, 2, 1));
        assertThat(chain.fates(first))
                .isEqualTo(Map.of(
                        "bad", new CorrectionChain.Fate(second, "created", null),
                        "worse", new CorrectionChain.Fate(third, "created", null)));
        assertThat(chain.fates(third)).isEmpty();
    }

    @Test
    void aRenamedFileIsKnownByItsErrorColumnsAndItems() throws IOException {
        Drop first = rejected();
        drop("other-manifest.csv", HEADER + "else,SIS,S-9,DIPLOMA,x.pdf\n");
        Drop second = drop(
                "mended-manifest.csv", sender.report(first, "corrections.csv").replace("S-7,", "S-77,"));
        assertThat(chain.of(second)).hasValue(new CorrectionChain.Correction(first, 2, 1));
    }

    @Test
    void aRenamedFileOfLinesIsKnownByItsNameAndItems() throws IOException {
        Drop first = drop("docs-manifest.json", """
                {"items":[{"itemId":"bad","externalReference":{"namespace":"SIS","externalId":"S-7"},
                  "documentType":"DIPLOMA","filename":"x.pdf"}]}""");
        Drop second = drop(
                "manifest-corrections.jsonl",
                sender.report(first, "corrections.jsonl").replace("\"S-7\"", "\"S-77\""));
        assertThat(chain.of(second)).hasValue(new CorrectionChain.Correction(first, 1, 1));
    }

    @Test
    void anOrdinaryDropWithTheSameItemsCorrectsNothing() throws IOException {
        Drop first = rejected();
        Drop second = drop("docs-manifest-2.csv", HEADER + "bad,SIS,S-77,DIPLOMA,x.pdf\n");
        assertThat(chain.of(second)).isEmpty();
        assertThat(chain.correcting(first)).isEmpty();
    }

    @Test
    void theDropsOfAnotherInboxAreNotCorrected() throws IOException {
        Drop first = rejected();
        String corrections = sender.report(first, "corrections.csv").replace("S-7,", "S-77,");
        inbox = sender.inbox();
        assertThat(chain.of(drop(first.name() + ".corrections.csv", corrections)))
                .as("another inbox's drop")
                .isEmpty();
    }
}
