package io.waybill.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void nothingSteersTheTerminal() {
        assertThat(Texts.safe("a\u001b[31mb\u0007\r\n\u202ec\u009b2J"))
                .isEqualTo("a\\x1b[31mb\\x07\\x0d\\x0a\\u202ec\\x9b2J");
        assertThat(Texts.safeLines("one\ntwo\u001b[0m")).isEqualTo("one\ntwo\\x1b[0m");
    }

    @Test
    void wideCharactersTakeTwoColumns() {
        assertThat(Texts.width("abc")).isEqualTo(3);
        assertThat(Texts.width("\u4e16\u754c")).isEqualTo(4);
        assertThat(Texts.width("e\u0301")).isEqualTo(1);
        assertThat(Texts.width("\uD83D\uDE9A")).isEqualTo(2);
    }

    @Test
    void cuttingKeepsToTheColumns() {
        assertThat(Texts.cut("abcdefghij", 8)).isEqualTo("abcde...");
        assertThat(Texts.cut("short", 8)).isEqualTo("short");
        assertThat(Texts.width(Texts.cut("\u4e16\u754c\u4e16\u754c\u4e16\u754c", 8)))
                .isLessThanOrEqualTo(8);
        assertThat(Texts.cutMiddle("a/very/long/path/to/a/file.txt", 20))
                .hasSize(20)
                .endsWith("a/file.txt");
        for (int columns = 0; columns < 40; columns++) {
            assertThat(Texts.width(Texts.cut("some text that is long enough", columns)))
                    .isLessThanOrEqualTo(columns);
            assertThat(Texts.width(Texts.cutMiddle("\u4e16some text \uD83D\uDE9A that is long\u754c", columns)))
                    .isLessThanOrEqualTo(columns);
        }
    }

    @Test
    void columnsOfAGridStandInLine() {
        Grid grid =
                new Grid("lrl").row("a", "1", "x").row("\u4e16", "1000", "y").row("abc", "", "");

        assertThat(grid.lines(0)).containsExactly("a       1  x", "\u4e16   1000  y", "abc");
        assertThat(grid.lines(9)).allMatch(line -> Texts.width(line) <= 9);
    }
}
