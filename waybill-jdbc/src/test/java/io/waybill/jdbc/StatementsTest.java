package io.waybill.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementsTest {
    private static String postgres(String text) {
        return Statements.one(text, Statements.Dialect.POSTGRESQL).orElse("none");
    }

    private static String sqlite(String text) {
        return Statements.one(text, Statements.Dialect.SQLITE).orElse("none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " -- nothing\n",
                ";;",
                "SELECT 1; DROP TABLE t",
                "SELECT 1;SELECT 2",
                "SELECT ';'; COMMIT",
                "SELECT 1; -- one\n SELECT 2",
                "SELECT 1 /* ; */; /* two */ DELETE FROM t",
                "SELECT '\\'; DROP TABLE t --'",
                "SELECT 'it''s'; DROP TABLE t",
                "SELECT \"a;b\"; DROP TABLE t",
                "SELECT 1\0"
            })
    void whatIsNotOneStatementIsNone(String text) {
        assertThat(postgres(text)).isEqualTo("none");
        assertThat(sqlite(text)).isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT ';' AS \"a;b\"",
                "SELECT 'it''s; fine'",
                "SELECT 1 -- ; DROP TABLE t",
                "SELECT /* ; ' */ 1",
                "SELECT '-- no comment', '/* none */' FROM t"
            })
    void semicolonsInLiteralsNamesAndCommentsAreNoEnd(String text) {
        assertThat(postgres(text)).isEqualTo(text);
        assertThat(sqlite(text)).isEqualTo(text);
    }

    @Test
    void semicolonsAtTheEndAreLeftOut() {
        assertThat(postgres("SELECT 1; ; -- end\n;")).isEqualTo("SELECT 1  -- end\n");
    }

    @Test
    void postgresqlKnowsDollarsBackslashesAndCommentsWithinComments() {
        assertThat(postgres("SELECT $$;$$, $a$ ; $$ $a$")).isEqualTo("SELECT $$;$$, $a$ ; $$ $a$");
        assertThat(postgres("SELECT E'\\'; x'")).isEqualTo("SELECT E'\\'; x'");
        assertThat(postgres("SELECT /* /* ; */ ; */ 1")).isEqualTo("SELECT /* /* ; */ ; */ 1");
        assertThat(postgres("SELECT a$b; DROP TABLE c$b")).isEqualTo("none");
        assertThat(postgres("SELECT $1; DROP TABLE t")).isEqualTo("none");
        assertThat(postgres("SELECT $1")).isEqualTo("none");
        assertThat(postgres("SELECT $x$ $y$ ; $x$; DROP TABLE t")).isEqualTo("none");
        assertThat(sqlite("SELECT /* /* ; */ ; */ 1")).isEqualTo("none");
    }

    @Test
    void sqliteKnowsNamesInBracketsAndBackticks() {
        assertThat(sqlite("SELECT [a;b], `c;d` FROM t")).isEqualTo("SELECT [a;b], `c;d` FROM t");
        assertThat(sqlite("SELECT [a]; DROP TABLE t")).isEqualTo("none");
    }

    @Test
    void questionMarksOfOperatorsAreDoubledForTheDriverOfPostgresql() {
        String one = "SELECT j ? 'a?' FROM t -- ?\n";
        assertThat(postgres(one)).isEqualTo(one);
        assertThat(Statements.prepared(one)).isEqualTo("SELECT j ?? 'a?' FROM t -- ?\n");
        assertThat(sqlite("SELECT '?' FROM t")).isEqualTo("SELECT '?' FROM t");
    }
}
