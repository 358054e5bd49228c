package io.nightdrop.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvCellsTests {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"=1+1,'=1+1", "+1,'+1", "-1,'-1", "@x,'@x", "'=1,''=1", "a=1,a=1", "'x,'x"})
    void whatASpreadsheetWouldRunGetsAnApostrophe(String text, String cell) {
        assertThat(CsvCells.protect(text)).isEqualTo(cell);
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1", "'=1", "''-1", "'", "", "'x", "\tx", "007"})
    void protectionCanBeTakenBack(String text) {
        assertThat(CsvCells.unprotect(CsvCells.protect(text))).isEqualTo(text);
    }
}
