package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs rely on: one document with its version, lines for run and verify, errors too, nothing else beside. */
class JsonContractTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        place.file("out/notes/a.txt", "something else");
        user = new User(folder);
    }

    private static List<String> names(Value value) {
        return new ArrayList<>(((Value.MapOf) value).values().keySet());
    }

    @Test
    void everyVerbWritesOneDocumentWithItsVersion() {
        user.type("run --json").exits(Exit.NEEDS_YOU);
        for (String line : List.of(
                "status",
                "status --by batch",
                "items",
                "items --show 1",
                "items --failed",
                "runs",
                "report",
                "plan",
                "lint",
                "ledger",
                "ledger check",
                "doctor",
                "ls disk:notes/",
                "eval file.size --from disk:notes/",
                "rollback r1 --dry-run",
                "cleanup --dry-run",
                "stop",
                "version",
                "help")) {
            User.Ran ran = user.type(line + " --json").exits(Exit.DONE);
            assertThat(ran.field("schema_version")).as(line).isEqualTo("1");
            assertThat(ran.err()).as(line).isEmpty();
        }
    }

    @Test
    void runWritesLinesWithTypes() {
        User.Ran ran = user.type("run --json").exits(Exit.NEEDS_YOU);

        List<Value.MapOf> lines = ran.lines();
        assertThat(ran.err()).isEmpty();
        assertThat(lines).allSatisfy(line -> assertThat(names(line)).contains("schema_version", "type"));
        assertThat(lines.get(0).values().get("type")).isEqualTo(Value.of("started"));
        Map<String, Value> result = lines.get(lines.size() - 1).values();
        assertThat(result)
                .containsEntry("type", Value.of("result"))
                .containsEntry("run", Value.of("r1"))
                .containsEntry("finished", Value.of(true))
                .containsEntry("needs_you", Value.of(1))
                .containsEntry("exit", Value.of(3));
        assertThat(names(User.field(lines.get(lines.size() - 1), "items")))
                .contains("verified", "conflict", "progress");
    }

    @Test
    void verifyWritesLinesWithTypes() {
        user.type("run").exits(Exit.NEEDS_YOU);

        List<Value.MapOf> lines =
                user.type("verify --json").exits(Exit.DIFFERENT).lines();

        Map<String, Value> result = lines.get(lines.size() - 1).values();
        assertThat(result)
                .containsEntry("type", Value.of("result"))
                .containsEntry("same", Value.of(4))
                .containsEntry("different", Value.of(1))
                .containsEntry("exit", Value.of(4));
    }

    @Test
    void itemsHaveTheFiveNamesOfProgress() {
        user.type("run").exits(Exit.NEEDS_YOU);

        List<Value> list = ((Value.ListOf) user.type("items --json").value("items")).values();
        assertThat(list).hasSize(5);
        for (Value item : list) {
            assertThat(names(item))
                    .contains(
                            "id",
                            "run",
                            "batch",
                            "move",
                            "group",
                            "state",
                            "progress",
                            "source",
                            "source_key",
                            "target",
                            "target_key",
                            "size",
                            "attempts");
            assertThat(User.field(item, "progress")).isIn(Value.of("completed"), Value.of("failed"));
        }
    }

    @Test
    void errorsAreJsonToo() throws Exception {
        User.Ran ran = user.type("status r9 --json").exits(Exit.UNAVAILABLE);
        assertThat(ran.field("error.code")).isEqualTo("WB-L05");
        assertThat(ran.field("error.exit")).isEqualTo("7");
        assertThat(ran.err()).isEmpty();

        assertThat(user.type("rn --json").exits(Exit.USAGE).field("error.code")).isEqualTo("WB-U01");
        assertThat(user.type("rollback --json").exits(Exit.USAGE).field("error.code"))
                .isEqualTo("WB-U01");

        place.file("waybill.yaml", Place.PLAN + "exist: skip\n");
        Value error = user.type("plan --json").exits(Exit.USAGE).value("error");
        Value.ListOf problems = (Value.ListOf) User.field(error, "problems");
        assertThat(((Value.MapOf) problems.values().get(0)).values())
                .containsEntry("line", Value.of(10))
                .containsEntry("column", Value.of(1));

        List<Value.MapOf> lines = user.type("run --json").exits(Exit.USAGE).lines();
        assertThat(lines.get(lines.size() - 1).values()).containsEntry("type", Value.of("error"));
    }

    @Test
    void exportIsTheWholeLedgerLineByLine() {
        user.type("run").exits(Exit.NEEDS_YOU);
        user.type("verify").exits(Exit.DIFFERENT);

        List<Value.MapOf> lines = user.type("ledger export").exits(Exit.DONE).lines();

        List<String> types = lines.stream()
                .map(line -> io.waybill.value.RowCodec.text(User.field(line, "type")))
                .toList();
        assertThat(types).startsWith("ledger", "run").contains("verification", "verdict", "event");
        assertThat(types.stream().filter("item"::equals)).hasSize(5);
    }
}
