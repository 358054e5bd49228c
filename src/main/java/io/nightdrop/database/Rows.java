package io.nightdrop.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Many rows as one array parameter for each column: {@code UNNEST} gives them back as a table, in the same words on H2
 * and on PostgreSQL, with one statement whatever the number of rows.
 *
 * @param <T> what a row is made from
 */
public final class Rows<T> {

    private record Column<T>(String name, String type, Function<T, @Nullable Object> value) {}

    private final List<Column<T>> columns = new ArrayList<>();

    /** A column of texts; also for UUIDs and timestamps, which the statement then casts. */
    public Rows<T> text(String name, Function<T, @Nullable Object> value) {
        columns.add(new Column<>(name, "VARCHAR", row -> {
            Object text = value.apply(row);
            return text == null ? null : text.toString();
        }));
        return this;
    }

    /** A column of whole numbers. */
    public Rows<T> number(String name, Function<T, @Nullable Object> value) {
        columns.add(new Column<>(name, "BIGINT", value));
        return this;
    }

    /** A column of truth values. */
    public Rows<T> bool(String name, Function<T, @Nullable Object> value) {
        columns.add(new Column<>(name, "BOOLEAN", value));
        return this;
    }

    /** The table expression, to be put behind {@code FROM}: {@code UNNEST(…) AS q (name, …)}. */
    public String table() {
        StringJoiner arrays = new StringJoiner(", ", "UNNEST(", ")");
        StringJoiner names = new StringJoiner(", ", " AS q (", ")");
        for (Column<T> column : columns) {
            arrays.add("CAST(? AS " + column.type() + " ARRAY)");
            names.add(column.name());
        }
        return arrays.toString() + names;
    }

    /**
     * Sets the arrays.
     *
     * @param from the index of the first array's parameter, from 1
     * @return the index of the next free parameter
     */
    public int set(PreparedStatement statement, int from, List<T> rows) throws SQLException {
        Connection connection = statement.getConnection();
        int index = from;
        for (Column<T> column : columns) {
            Object[] values = rows.stream().map(column.value()).toArray();
            statement.setArray(index++, connection.createArrayOf(column.type(), values));
        }
        return index;
    }
}
