package io.nightdrop.cli;

import io.nightdrop.manifest.StrangersText;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/** What a command prints for a person: tables that fit their content. */
final class Output {

    private static final int MAX_WIDTH = 100;

    private Output() {}

    /** A table with a header row; nothing when there are no rows. */
    static void table(PrintWriter out, List<String> header, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        Column[] columns = new Column[header.size()];
        for (int i = 0; i < columns.length; i++) {
            int column = i;
            int width = rows.stream()
                    .mapToInt(row -> clean(row.get(column)).length())
                    .max()
                    .orElse(0);
            boolean last = i == columns.length - 1;
            columns[i] = new Column(
                    Math.min(MAX_WIDTH, Math.max(width, header.get(i).length())) + (last ? 1 : 3),
                    0,
                    last ? Overflow.WRAP : Overflow.SPAN);
        }
        TextTable table = TextTable.forColumns(Help.defaultColorScheme(Ansi.OFF), columns);
        table.setAdjustLineBreaksForWideCJKCharacters(true);
        table.addRowValues(header.toArray(String[]::new));
        rows.forEach(row -> table.addRowValues(row.stream().map(Output::clean).toArray(String[]::new)));
        out.print(table.toString());
        out.flush();
    }

    /** A text from a stranger without anything that a terminal would obey. */
    static String clean(String text) {
        return StrangersText.plain(text);
    }
}
