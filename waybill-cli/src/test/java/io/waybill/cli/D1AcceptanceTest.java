package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real local file of D1 all of whose tables stand in its log. Runs where the environment variable
 * WAYBILL_ACCEPTANCE_DATA names the folder of the inputs.
 */
class D1AcceptanceTest {
    private static final String DATA = System.getenv("WAYBILL_ACCEPTANCE_DATA");
    private static final String NAME = "d1_local_state.sqlite";
    private static final List<String> TABLES =
            List.of("_cf_METADATA", "file_relationships", "persons", "saved_files", "users");

    @TempDir
    Path folder;

    /** Everything that stands in a folder, with its time and its bytes. */
    private static Map<String, String> everything(Path folder) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.put(
                        file.getFileName().toString(),
                        Files.getLastModifiedTime(file) + " " + HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    @Test
    void aLocalFileIsReadWholeFromItsLogAndStaysAsItIs() throws Exception {
        String said = "left out: WAYBILL_ACCEPTANCE_DATA names no folder with the real inputs";
        if (DATA == null) {
            System.out.println("D1AcceptanceTest " + said);
        }
        assumeTrue(DATA != null, said);
        Path real = Path.of(DATA, "django");
        for (String part : List.of("", "-wal")) {
            Files.copy(real.resolve(NAME + part), folder.resolve("copy.db" + part));
            assertThat(folder.resolve("copy.db" + part).toFile().setWritable(true))
                    .isTrue();
        }
        Lite copy = new Lite(folder.resolve("copy.db"));
        Lite back = new Lite(folder.resolve("back.db"));
        StringBuilder moves = new StringBuilder();
        for (String table : TABLES) {
            back.execute(copy.rows("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '" + table + "'")
                    .get(0));
            moves.append("  - { name: ")
                    .append(table)
                    .append(", from: \"local:")
                    .append(table)
                    .append("\", to: \"back:")
                    .append(table)
                    .append("\" }\n");
        }
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: state
                stores:
                  local: { type: d1, path: "%s" }
                  back: sqlite:back.db
                moves:
                """.formatted(real.resolve(NAME)) + moves);
        Map<String, String> before = everything(real);
        User user = new User(folder);

        user.type("run").exits(Exit.DONE);
        user.type("verify --both-ways").exits(Exit.DONE);
        String made = user.run(
                        "init", "--from", "d1:" + real.resolve(NAME), "--to", "sqlite:back.db", "-f", "made.yaml")
                .exits(Exit.DONE)
                .all();

        int rows = 0;
        for (String table : TABLES) {
            String all = "SELECT * FROM " + table + " ORDER BY 1";
            assertThat(back.rows(all)).as(table).isEqualTo(copy.rows(all));
            rows += back.rows(all).size();
        }
        assertThat(rows).isEqualTo(2);
        String plan = Files.readString(folder.resolve("made.yaml"));
        assertThat(plan)
                .as(made)
                .contains("saved_files", "persons", "users", "file_relationships")
                .doesNotContain("_cf_");
        assertThat(everything(real)).isEqualTo(before).containsOnlyKeys(before.keySet());
    }
}
