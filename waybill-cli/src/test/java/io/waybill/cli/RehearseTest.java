package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.ledger.LedgerFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** A rehearsal carries a few items over on the real stores and leaves everything as it was. */
class RehearseTest {
    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private final DynamoTables dynamo = new DynamoTables();
    private String buyers = "";
    private String sales = "";
    private User user;

    @BeforeEach
    void makeStores() throws Exception {
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        buyers = dynamo.server().newTable("id", ScalarAttributeType.N);
        sales = dynamo.server().newTable("no", ScalarAttributeType.N);
        String database = postgres.newDatabase();
        postgres.execute(
                database,
                "CREATE TABLE buyers (id bigint PRIMARY KEY, name text); CREATE TABLE sales (no bigint PRIMARY KEY,"
                        + " buyer bigint, total numeric);"
                        + " INSERT INTO buyers SELECT i, 'Buyer ' || i FROM generate_series(1, 300) AS i;"
                        + " INSERT INTO sales SELECT i, 301 - i, i * 1.5 FROM generate_series(1, 298) AS i; ANALYZE");
        Files.createDirectories(folder.resolve("in/photos"));
        Files.createDirectories(folder.resolve("out"));
        for (int i = 10; i < 60; i++) {
            Files.writeString(folder.resolve("in/photos/" + i + ".txt"), "photo " + i);
        }
        Files.writeString(folder.resolve("told"), "");
        plan(database, "");
    }

    private String database = "";

    private void plan(String name, String more) throws Exception {
        database = name;
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: shop
                stores:
                  pg: "%s"
                  cloud: { type: dynamodb, region: us-east-1, endpoint: "%s", keys: LOCAL }
                  disk: ./in
                  copy: ./out
                hooks: { before: { run: [sh, -c, "echo told >> told"] } }
                moves:
                  - name: buyers
                    from: pg:buyers
                    to: cloud:%s
                    where: row.id > 2
                %s
                  - name: sales
                    after: buyers
                    from: pg:sales
                    to: cloud:%s
                    checks: { refs: { buyer: buyers } }
                  - name: photos
                    from: disk:photos/
                    to: copy:photos/
                """.formatted(
                        postgres.url(name), dynamo.server().endpoint(), buyers, more, sales));
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder.resolve("out"))) {
            for (Path file : all.toList()) {
                files.put(folder.relativize(file).toString(), Files.isDirectory(file) ? "" : Files.readString(file));
            }
        }
        return files;
    }

    private List<String> ledgers() throws IOException {
        Path place = folder.resolve(".waybill");
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(place)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("rehearsal"))
                    .toList();
        }
    }

    @Test
    void rowsAndFilesGoOverAndComeBack() throws Exception {
        Map<String, String> before = files();

        User.Ran ran = user.type("rehearse --yes").exits(Exit.DONE);

        assertThat(ran.out())
                .contains("verified: 15 same")
                .contains("after the rollback: 15 targets compared with what stood there before, all as they were")
                .containsPattern("buyers +5 +0 +0 +0 +5 ")
                .containsPattern("sales +5 +0 +0 +0 +5 ")
                .containsPattern("photos +5 +0 +0 +0 +5 ")
                .contains("about 300 rows");
        assertThat(ran.err()).contains("references to buyers were not checked");
        assertThat(dynamo.all(buyers, "id")).isEmpty();
        assertThat(dynamo.all(sales, "no")).isEmpty();
        assertThat(files()).isEqualTo(before);
        assertThat(Files.readString(folder.resolve("told"))).isEmpty();
        assertThat(ledgers()).isEmpty();
        assertThat(folder.resolve(".waybill/shop.db")).doesNotExist();
        assertThat(user.type("run --yes").exits(Exit.DONE).out()).startsWith("r1: Done");
    }

    @Test
    void whatIsKeptIsThereUntilTheNextRehearsal() throws Exception {
        User.Ran ran = user.type("rehearse --yes --keep --items 3").exits(Exit.DONE);

        assertThat(ran.out()).contains("Kept. Take it back: waybill rollback r1 --ledger .waybill/shop-rehearsal.db");
        assertThat(dynamo.all(buyers, "id")).containsOnlyKeys("3", "4", "5");
        assertThat(dynamo.all(sales, "no")).hasSize(3);
        assertThat(folder.resolve("out/photos/photos/12.txt")).hasContent("photo 12");

        assertThat(user.type("rehearse --yes").exits(Exit.DONE).err())
                .contains("took back what an earlier rehearsal left: 9 items");
        assertThat(dynamo.all(buyers, "id")).isEmpty();

        user.type("rehearse --yes --keep").exits(Exit.DONE);
        user.type("rollback r1 --ledger .waybill/shop-rehearsal.db --yes=r1").exits(Exit.DONE);
        assertThat(dynamo.all(buyers, "id")).isEmpty();
        assertThat(dynamo.all(sales, "no")).isEmpty();
        assertThat(folder.resolve("out/photos")).doesNotExist();
    }

    @Test
    void whatStoodThereBeforeStandsThereAgain() throws Exception {
        dynamo.put(buyers, "{\"id\": 3, \"name\": \"theirs\"}");
        dynamo.put(buyers, "{\"id\": 4, \"name\": \"Buyer 4\"}");
        Files.createDirectories(folder.resolve("out/photos/photos"));
        Files.writeString(folder.resolve("out/photos/photos/11.txt"), "theirs");
        Map<String, String> files = files();
        Map<String, Object> rows = dynamo.all(buyers, "id");

        User.Ran conflicts = user.type("rehearse --yes").exits(Exit.NEEDS_YOU);
        assertThat(conflicts.out()).containsPattern("buyers +3 +1 +1 +0 +3 ").contains("buyers {\"id\":3}");
        assertThat(files()).isEqualTo(files);
        assertThat(dynamo.all(buyers, "id")).isEqualTo(rows);

        plan(database, "    exists: replace");
        User.Ran replaced = user.type("rehearse --yes").exits(Exit.NEEDS_YOU);
        assertThat(replaced.out()).containsPattern("buyers +4 +1 +0 +0 +4 ").containsPattern("photos +4 +0 +1 +0 +4 ");
        assertThat(files()).isEqualTo(files);
        assertThat(dynamo.all(buyers, "id")).isEqualTo(rows);
        assertThat(ledgers()).isEmpty();
    }

    @Test
    void rowsThatBreakACheckAreNamed() throws Exception {
        plan(database, "    checks: { rules: { not the fourth: row.id != 4 } }");

        User.Ran ran = user.type("rehearse --yes --json").exits(Exit.NEEDS_YOU);

        assertThat(ran.field("needs_you")).isEqualTo("1");
        assertThat(ran.out()).contains("rule: not the fourth").contains("\"not_restored\": 0");
        assertThat(dynamo.all(buyers, "id")).isEmpty();
    }

    @Test
    void rowsThatAreEditedInPlaceAreAsBefore() throws Exception {
        for (int i = 1; i <= 8; i++) {
            dynamo.put(buyers, "{\"id\": " + i + ", \"name\": \"Buyer " + i + "\", \"old\": true}");
        }
        Map<String, Object> before = dynamo.all(buyers, "id");
        Files.writeString(
                folder.resolve("waybill.yaml"), """
                waybill: 1
                name: edit
                stores: { cloud: { type: dynamodb, region: us-east-1, endpoint: "%s", keys: LOCAL } }
                moves:
                  - name: buyers
                    from: cloud:%s
                    to: cloud:%s
                    where: has(row.old)
                    row: { set: { mark: new }, drop: old }
                """.formatted(dynamo.server().endpoint(), buyers, buyers));

        User.Ran ran = user.type("rehearse --yes").exits(Exit.DONE);

        assertThat(ran.out()).containsPattern("buyers +5 +0 +0 +- +5 ").contains("all as they were");
        assertThat(ran.err()).contains("was not run again");
        assertThat(dynamo.all(buyers, "id")).isEqualTo(before);
    }

    @Test
    void aTargetThatCannotBePutBackIsSaid() throws Exception {
        postgres.execute(
                database,
                "CREATE TABLE copies (id bigint PRIMARY KEY, name text); CREATE FUNCTION stay() RETURNS trigger"
                        + " LANGUAGE plpgsql AS $$BEGIN INSERT INTO copies VALUES (OLD.id, 'again'); RETURN OLD; END$$; CREATE TRIGGER stay AFTER DELETE ON copies"
                        + " FOR EACH ROW EXECUTE FUNCTION stay()");
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: stay
                stores: { pg: "%s" }
                moves:
                  - { name: buyers, from: "pg:buyers", to: "pg:copies" }
                """.formatted(postgres.url(database)));

        User.Ran ran = user.type("rehearse --yes --items 2").exits(Exit.DIFFERENT);

        assertThat(ran.out()).contains("2 not as they were").contains("Its ledger stays");
        assertThat(ledgers()).contains("stay-rehearsal.db");
        assertThat(user.type("items --ledger .waybill/stay-rehearsal.db")
                        .exits(Exit.DONE)
                        .out())
                .contains("rolled back");
    }

    @Test
    void nothingElseWorksOnThePlanMeanwhile() throws Exception {
        LedgerFile ledger = new LedgerFile(folder.resolve(".waybill/shop.db"), path -> {
            throw new IllegalStateException("no ledger is opened");
        });
        try (Closeable held = ledger.hold("somebody", InstantSource.system())) {
            assertThat(held).isNotNull();
            assertThat(user.type("rehearse --yes").exits(Exit.LOCKED).err()).contains("somebody");
        }
        assertThat(dynamo.all(buyers, "id")).isEmpty();
    }

    @Test
    void oneThatWasKilledIsTakenBackByTheNext() throws Exception {
        for (String point : List.of("after-write-before-evidence", "after-undo-before-evidence")) {
            assertThat(DyingCommand.run(folder, DynamoLocal.environment(), point, 2, List.of("rehearse", "--yes")))
                    .isEqualTo(DyingCommand.DIED);
            assertThat(ledgers()).contains("shop-rehearsal.db");

            User.Ran ran = user.type("rehearse --yes").exits(Exit.DONE);

            assertThat(ran.err()).contains("took back what an earlier rehearsal left");
            assertThat(ran.out()).contains("all as they were");
            assertThat(dynamo.all(buyers, "id")).isEmpty();
            assertThat(dynamo.all(sales, "no")).isEmpty();
            assertThat(folder.resolve("out/photos")).doesNotExist();
            assertThat(ledgers()).isEmpty();
        }
    }

    @Test
    void itAsksAndWaitsForNobody() throws Exception {
        assertThat(user.type("rehearse").exits(Exit.USAGE).err())
                .contains("This writes up to 5 items of each move into cloud:" + buyers)
                .contains("--yes");
        assertThat(user.type("rehearse --yes --items 0").exits(Exit.USAGE).err())
                .contains("from 1 to 100,000");
        assertThat(user.atTerminal(80, "n").type("rehearse").exits(Exit.USAGE).err())
                .contains("Not confirmed");
        assertThat(dynamo.all(buyers, "id")).isEmpty();
    }
}
