package io.nightdrop.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.manifest.Layout.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests that hold many requests, each with its items, in every format. */
class RequestManifestTests {

    private static final Layout LAYOUT = new Layout(
            "parcels:ask",
            "parcels",
            Set.of("house", "parcels"),
            List.of(Column.of("house", true), Column.of("parcel", true)),
            Set.of(),
            null,
            new Layout.Requests("house", "parcels"));

    private static final Layout ITEMS =
            new Layout("houses:import", "houses", Set.of("house", "street", "parcels"), List.of(), Set.of(), null);

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private int wanted = Integer.MAX_VALUE;

    @Test
    void aRequestIsToldAfterItsItems() throws IOException {
        assertThat(
                        read(
                                "m.json",
                                "[{\"house\":\"a\",\"parcels\":[{\"parcel\":1},{\"parcel\":2}]},\n {\"house\":\"b\",\"parcels\":[{\"parcel\":3}]}]"))
                .isNull();
        assertThat(told)
                .containsExactly(
                        "0/0 {\"parcel\":1}",
                        "1/0 {\"parcel\":2}",
                        "request 0 {\"house\":\"a\"} OBJECTS 0+2 at line 1, column 2",
                        "2/1 {\"parcel\":3}",
                        "request 1 {\"house\":\"b\"} OBJECTS 2+1 at line 2, column 2");
    }

    @Test
    void theKeyMayComeAfterTheItemsAndOtherFieldsAreReadOver() throws IOException {
        assertThat(
                        read(
                                "m.json",
                                "{\"x\":[{\"house\":\"c\"}],\"parcels\":[{\"parcel\":1,\"error\":{}}],\"house\":\"a\",\"y\":1}"))
                .isNull();
        assertThat(told)
                .containsExactly("0/0 {\"parcel\":1}", "request 0 {\"house\":\"a\"} OBJECTS 0+1 at line 1, column 1");
    }

    @Test
    void whatStandsInPlaceOfItemsIsTold() throws IOException {
        assertThat(read("m.jsonl", """
                        {"house":"a"}
                        {"house":"a","parcels":null}
                        {"house":"a","parcels":7}
                        {"parcels":[]}
                        {"house":"a","parcels":[{"parcel":1},[2],"3"]}
                        """)).isNull();
        assertThat(told.stream().filter(line -> line.startsWith("request")))
                .containsExactly(
                        "request 0 {\"house\":\"a\"} MISSING 0+0 at line 1, column 1",
                        "request 1 {\"house\":\"a\"} MISSING 0+0 at line 2, column 1",
                        "request 2 {\"house\":\"a\"} WRONG 0+0 at line 3, column 1",
                        "request 3 {} OBJECTS 0+0 at line 4, column 1",
                        "request 4 {\"house\":\"a\"} WRONG 0+3 at line 5, column 1");
    }

    @Test
    void consecutiveRowsOfOneKeyAreOneRequest() throws IOException {
        assertThat(read("m.csv", "parcel,house\n1,a\n2,a\n3,b\n,\n4,a\n")).isNull();
        assertThat(told)
                .containsExactly(
                        "0/0 {\"parcel\":\"1\"}",
                        "1/0 {\"parcel\":\"2\"}",
                        "request 0 {\"house\":\"a\"} OBJECTS 0+2 at line 2",
                        "2/1 {\"parcel\":\"3\"}",
                        "request 1 {\"house\":\"b\"} OBJECTS 2+1 at line 4",
                        "3/2 {}",
                        "request 2 {} OBJECTS 3+1 at line 5",
                        "4/3 {\"parcel\":\"4\"}",
                        "request 3 {\"house\":\"a\"} OBJECTS 4+1 at line 6");
    }

    @Test
    void readingEndsWhenNoMoreIsWanted() throws IOException {
        for (String name : List.of("m.csv", "m.json", "m.jsonl")) {
            told.clear();
            wanted = 2;
            assertThat(read(
                            name,
                            name.equals("m.csv")
                                    ? "house,parcel\na,1\na,2\na,3\n"
                                    : "{\"house\":\"a\",\"parcels\":[{\"parcel\":1},{\"parcel\":2},{\"parcel\":3}]}"))
                    .isNull();
            assertThat(told).hasSize(2);
        }
    }

    @Test
    void aRequestThatIsNoObjectRefusesTheManifestWithItsPlace() throws IOException {
        assertThat(read("m.json", "[{\"house\":\"a\"},\n7]")).contains("line 2, column 1");
        assertThat(read("m.json", "7")).contains("a request, or an array of requests");
        assertThat(read("m.json", "{\"house\":\"a\"} {}")).contains("something follows its end at line 1, column 15");
        assertThat(read("m.jsonl", "{\"house\":\"a\"}\n[]")).contains("line 2, column 1");
        assertThat(read("m.json", "{\"house\":\"a\",\"parcels\":[{\"parcel\":1}"))
                .contains("unreadable JSON at line 1");
    }

    @Test
    void aLineOfManyItemsIsRecognisedThoughItIsLongerThanAnItemMayBe() throws IOException {
        String many = IntStream.range(0, 30_000)
                .mapToObj(i -> "{\"parcel\":\"p" + i + "\"}")
                .collect(Collectors.joining(","));
        assertThat(recognised("m.jsonl", "{\"house\":\"a\",\"parcels\":[" + many + "]}"))
                .contains(LAYOUT);
        assertThat(recognised("m.json", "{\"house\":\"a\",\"parcels\":[" + many + "]}"))
                .contains(LAYOUT);
        assertThat(recognised("m.json", "{\"parcels\":[" + many + "],\"house\":\"a\"}"))
                .contains(LAYOUT);
        assertThat(read("m.jsonl", "{\"house\":\"a\",\"parcels\":[" + many + "]}"))
                .isNull();
        assertThat(told).hasSize(30_001);
    }

    @Test
    void anItemOfAnotherOperationWithTheSameFieldsIsNotTakenForARequest() throws IOException {
        assertThat(recognised("m.jsonl", "{\"house\":\"a\",\"street\":\"s\",\"parcels\":[]}"))
                .contains(ITEMS);
        assertThat(recognised("m.jsonl", "{\"house\":\"a\",\"parcels\":[]}")).contains(LAYOUT);
        assertThat(recognised("m.json", "{\"houses\":[{\"house\":\"a\",\"parcels\":[]}]}"))
                .contains(ITEMS);
        assertThat(recognised("m.json", "[{\"house\":\"a\"}]")).contains(LAYOUT);
        assertThat(recognised("m.csv", "house,parcel\n")).contains(LAYOUT);
        assertThat(recognised("m.json", "[]")).isEmpty();
    }

    private Manifest manifest(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return Manifest.of(file, ManifestFormat.of(name).orElseThrow(), Reading.PLAIN, 1000, Manifest.Beside.NOTHING);
    }

    private Optional<Layout> recognised(String name, String text) throws IOException {
        return manifest(name, text).recognise(List.of(ITEMS, LAYOUT));
    }

    private @Nullable String read(String name, String text) throws IOException {
        return manifest(name, text)
                .read(LAYOUT, new Manifest.ItemHandler() {
                    @Override
                    public boolean handle(ManifestItem item) {
                        told.add(item.index() + "/" + item.request() + " " + item.fields());
                        return told.size() < wanted;
                    }

                    @Override
                    public boolean handle(ManifestRequest request) {
                        told.add("request " + request.index() + " " + request.fields() + " " + request.items() + " "
                                + request.firstItem() + "+" + request.itemCount() + " at " + request.position());
                        return told.size() < wanted;
                    }
                })
                .map(Defect::message)
                .orElse(null);
    }
}
