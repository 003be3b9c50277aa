package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A type that has no counterpart elsewhere is refused before anything is written, whatever the target. */
class UnmappedTypesTest {
    static final List<String> TYPES = List.of(
            "money",
            "interval",
            "inet",
            "cidr",
            "macaddr",
            "bit(3)",
            "bit varying",
            "xml",
            "point",
            "box",
            "int4range",
            "tsvector",
            "timetz");

    @TempDir
    Path folder;

    @Test
    void everyTypeWithoutAMappingIsNamedWithItsColumnBeforeTheFirstWrite() throws Exception {
        PostgresServer postgres = PostgresServer.shared();
        String database = postgres.newDatabase();
        User user = new User(folder);
        for (int i = 0; i < TYPES.size(); i++) {
            String type = TYPES.get(i);
            postgres.execute(
                    database,
                    "CREATE TABLE t" + i + " (id int PRIMARY KEY, odd " + type + "); INSERT INTO t" + i
                            + " VALUES (1)");
            Files.writeString(folder.resolve("p" + i + ".yaml"), """
                    waybill: 1
                    name: p%d
                    stores: { pg: "%s", out: ./out }
                    moves:
                      - { from: "pg:t%d", to: "out:t.jsonl" }
                    """.formatted(i, postgres.url(database), i));

            User.Ran ran = user.type("run -f p" + i + ".yaml").exits(Exit.USAGE);

            assertThat(ran.err())
                    .as(type)
                    .contains("column odd has type " + (type.equals("timetz") ? "time with time zone" : type));
            assertThat(folder.resolve("out/t.jsonl")).doesNotExist();
        }
    }
}
