package io.waybill.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
    @Test
    void plainCellsStandAsTheyAre() {
        assertThat(Csv.line(List.of("a", "b c", "12", "-3", "-3.5"))).isEqualTo("a,b c,12,-3,-3.5\r\n");
    }

    @Test
    void quotesCommasAndLinesAreQuoted() {
        assertThat(Csv.line(List.of("a,b", "say \"x\"", "two\nlines")))
                .isEqualTo("\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "=cmd|' /C calc'!A0",
                "+1+1",
                "-1+1",
                "-rf",
                "@SUM(A1)",
                "\t=1",
                "\r=1",
                "\n=1",
                "\uff1d1+1",
                "\uff0b1",
                "\uff201"
            })
    void whatASpreadsheetWouldCarryOutGetsAnApostrophe(String cell) {
        String line = Csv.line(List.of(cell, "x"));

        assertThat(line.startsWith("\"") ? line.substring(1) : line).startsWith("'");
    }
}
