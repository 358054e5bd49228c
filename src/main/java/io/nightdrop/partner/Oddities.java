package io.nightdrop.partner;

import java.util.ArrayList;
import java.util.List;

/** Gathers what does not fit in an answer; of very many the first ones. */
final class Oddities {

    /** The most sentences. */
    static final int MOST = 50;

    private final List<String> sentences = new ArrayList<>();
    private int more;

    void add(String sentence) {
        if (sentences.size() < MOST - 1) {
            sentences.add(sentence);
        } else {
            more++;
        }
    }

    List<String> list() {
        List<String> all = new ArrayList<>(sentences);
        if (more > 0) {
            all.add("and " + more + " more");
        }
        return all;
    }

    /** A partner's or a sender's id in a sentence. */
    static String quoted(String id) {
        return "'" + Words.plain(id, Words.MAX_NAME) + "'";
    }
}
