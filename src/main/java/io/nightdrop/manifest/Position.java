package io.nightdrop.manifest;

/**
 * Where something stands in a manifest.
 *
 * @param line the line, from 1
 * @param column the column, from 1; 0 where only the line is known
 */
public record Position(long line, long column) {

    @Override
    public String toString() {
        return column == 0 ? "line " + line : "line " + line + ", column " + column;
    }
}
