package io.nightdrop.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Many rows as one array parameter for each column: {@code UNNEST} gives them back as a table, in the same words on H2
 * and on PostgreSQL, with one statement whatever the number of rows.
 *
 * @param <T> what a row is made from
 */
public final class Rows<T> {

    /**
     * A column.
     *
     * @param array makes the array; PostgreSQL's driver sends one of objects as text, and others in its binary form
     */
    private record Column<T>(
            String name, String type, Function<T, @Nullable Object> value, IntFunction<Object[]> array) {}

    private final List<Column<T>> columns = new ArrayList<>();

    /** A column of texts; also for UUIDs and timestamps, which the statement then casts. */
    public Rows<T> text(String name, Function<T, @Nullable Object> value) {
        return add(name, "VARCHAR", value, Object::toString, String[]::new);
    }

    /** A column of whole numbers. */
    public Rows<T> number(String name, Function<T, @Nullable Number> value) {
        return add(name, "BIGINT", value, Number::longValue, Long[]::new);
    }

    /** A column of truth values. */
    public Rows<T> bool(String name, Function<T, @Nullable Boolean> value) {
        return add(name, "BOOLEAN", value, truth -> truth, Boolean[]::new);
    }

    private <V> Rows<T> add(
            String name,
            String type,
            Function<T, @Nullable V> value,
            Function<V, Object> conversion,
            IntFunction<Object[]> array) {
        Function<T, @Nullable Object> cell = row -> {
            V given = value.apply(row);
            return given == null ? null : conversion.apply(given);
        };
        columns.add(new Column<>(name, type, cell, array));
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
            Object[] values = column.array().apply(rows.size());
            for (int i = 0; i < values.length; i++) {
                values[i] = column.value().apply(rows.get(i));
            }
            statement.setArray(index++, connection.createArrayOf(column.type(), values));
        }
        return index;
    }
}
