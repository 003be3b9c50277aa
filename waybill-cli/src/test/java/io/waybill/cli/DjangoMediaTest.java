package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.D1Endpoint;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.Fault;
import io.waybill.s3endpoint.Operation;
import io.waybill.s3endpoint.S3Endpoint;
import io.waybill.value.Digest;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Uploaded files of a Django application, from its media folder to a bucket, batch by batch, with their rows in PostgreSQL:
 * what a migration of that kind gets wrong easily, each as a sentence that holds. Of those sentences, others stand in {@code
 * NamedFilesTest} (a lost original keeps its row and its object; {@code plan --full} compares rows and files), {@code
 * NamedCrashTest} (a killed run leaves nothing pending), {@code ProcessTest} (a second runner is told who is at work), {@code
 * DjangoToD1Test} (rows that go to D1), and {@code D1Test} (the token of D1 stands in no output).
 */
class DjangoMediaTest {
    private static final int FILES = 6;
    private static final String SECRET = "sentinel-secret-0815";

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private S3Endpoint endpoint;
    private Bucket bucket;
    private Place place;
    private User user;
    private String database = "";

    @BeforeEach
    void makePlace() throws Exception {
        endpoint = S3Endpoint.start(EndpointOptions.memory().bucket("media-r2").credentials("key-0815", SECRET));
        bucket = new Bucket(endpoint.uri(), "media-r2", "key-0815", SECRET);
        database = postgres.newDatabase();
        postgres.execute(database, """
                CREATE TABLE list_cutter_savedfile (id bigint PRIMARY KEY, user_id int NOT NULL, file_name text NOT NULL,
                    file_path text NOT NULL UNIQUE, uploaded_at timestamptz NOT NULL);
                INSERT INTO list_cutter_savedfile SELECT n, n %% 2, 'f' || n || '.csv', 'u/f' || n || '.csv',
                    timestamptz '2024-01-01 00:00:00+00' + n * interval '1 day' FROM generate_series(1, %d) n;
                ALTER TABLE list_cutter_savedfile OWNER TO %s""".formatted(FILES, PostgresServer.GUARDED));
        place = Place.in(folder);
        for (int i = 1; i <= FILES; i++) {
            write(i, content(i, 5_000 * i));
        }
        user = new User(folder)
                .env("R2_ACCESS_KEY_ID", "key-0815")
                .env("R2_SECRET_ACCESS_KEY", SECRET)
                .env("DB_PASSWORD", PostgresServer.PASSWORD);
        plan("");
    }

    @AfterEach
    void stop() {
        bucket.close();
        endpoint.close();
    }

    private void plan(String more) throws Exception {
        place.file(
                "waybill.yaml",
                """
                waybill: 1
                name: media-to-r2
                stores:
                  db: { type: postgresql, host: %s, port: %d, database: %s, user: %s, password: "${env.DB_PASSWORD}" }
                  media: ./media
                  r2: { type: s3, bucket: media-r2, endpoint: "%s", region: us-east-1, keys: R2 }
                limits: { batch: 2, retries: 2 }
                moves:
                  - name: files
                    each: db:list_cutter_savedfile
                    from: media:${row.file_path}
                    to: r2:migrated/${row.user_id}/${row.id}/${row.file_name}
                    then:
                      - update: source
                        add_columns: true
                        set:
                          r2_key: ${target.path}
                          checksum: ${file.sha256}
                          migrated_at: ${run.started}
                          migration_batch_id: ${batch.id}
                """.formatted(postgres.host(), postgres.port(), database, PostgresServer.GUARDED, endpoint.uri())
                        + more);
    }

    private static byte[] content(int seed, int size) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }

    private Path file(int number) {
        return folder.resolve("media/u/f" + number + ".csv");
    }

    private void write(int number, byte[] content) throws Exception {
        Files.createDirectories(folder.resolve("media/u"));
        Files.write(file(number), content);
    }

    private static String key(int number) {
        return "migrated/" + number % 2 + "/" + number + "/f" + number + ".csv";
    }

    private List<String> rows(String columns) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT concat_ws('|', " + columns + ") FROM list_cutter_savedfile ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    private String ask(String sql) {
        return postgres.ask(database, sql);
    }

    @Test
    void aCopyHoldsTheBytesOfItsFileAndTheRowTheirChecksum() throws Exception {
        user.type("run").exits(Exit.DONE);

        for (int i = 1; i <= FILES; i++) {
            assertThat(bucket.bytes(key(i))).isEqualTo(content(i, 5_000 * i));
            assertThat(rows("r2_key, checksum").get(i - 1))
                    .isEqualTo(
                            key(i) + "|" + Digest.sha256(content(i, 5_000 * i)).hex());
        }
        assertThat(bucket.keys()).hasSize(FILES);
    }

    @Test
    void whatTheStoreKeepsIsReadAndNotOnlyWhatWasSentIsKnown() throws Exception {
        // it answers whatever checksum it was given, and keeps other bytes of one object
        endpoint.faults().on(Operation.PUT_OBJECT).then(new Fault.EchoChecksum());
        endpoint.faults().on(Operation.PUT_OBJECT).key("/3/").then(new Fault.StoreOther(Fault.Damage.FLIPPED));

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("5 verified, 1 failed");

        assertThat(user.type("items --failed").exits(Exit.DONE).out())
                .contains("list_cutter_savedfile[id=3]", "The store changed the bytes");
        assertThat(ask("SELECT string_agg(id::text, ',' ORDER BY id) FROM list_cutter_savedfile WHERE r2_key IS NULL"))
                .isEqualTo("3");
        assertThat(bucket.keys()).as("what a failed try wrote is gone").doesNotContain(key(3));
    }

    @Test
    void anEtagStandsForNoChecksum() throws Exception {
        endpoint.faults().on(Operation.PUT_OBJECT).key("/3/").then(new Fault.WrongEtag());

        user.type("run").exits(Exit.DONE);

        assertThat(rows("checksum").get(2))
                .isEqualTo(Digest.sha256(content(3, 15_000)).hex());
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains(FILES + " same");
    }

    @Test
    void aChangeAfterTheFirst8KibIsFound() throws Exception {
        user.type("run").exits(Exit.DONE);
        byte[] changed = content(3, 15_000);
        changed[14_999] ^= 1;
        bucket.put(key(3), changed);

        assertThat(user.type("verify").exits(Exit.DIFFERENT).out()).contains("5 same", "1 different", key(3));
        assertThat(user.type("verify --read").exits(Exit.DIFFERENT).out()).contains("5 same", "1 different", key(3));
    }

    @Test
    void aSizeOfZeroIsComparedToo() throws Exception {
        write(1, new byte[0]);
        user.type("run").exits(Exit.DONE);
        assertThat(bucket.bytes(key(1))).isEmpty();
        bucket.put(key(1), new byte[] {'x'});
        bucket.put(key(2), new byte[0]);

        assertThat(user.type("verify").exits(Exit.DIFFERENT).out())
                .contains("4 same", "2 different")
                .contains("1 bytes are there, 0 were written", "0 bytes are there, 10000 were written");
    }

    @Test
    void noReportAndNoLogHoldsAPasswordOrAKey() throws Exception {
        StringBuilder told = new StringBuilder();
        for (String line : List.of(
                "plan --full --json",
                "run --log-file run.log",
                "verify --json -o verify.csv",
                "report --format json,csv,html -o reports",
                "report --format json",
                "status --json",
                "items --json --values",
                "doctor --json",
                "rollback r1 --yes=r1 --json")) {
            told.append(user.type(line + " -vv --log-level trace").all());
        }
        user.env("DB_PASSWORD", "another-password");
        told.append(user.type("verify --json -vv").exits(Exit.UNAVAILABLE).all());

        List<String> secrets = List.of(SECRET, PostgresServer.PASSWORD, "another-password");
        assertThat(secrets).noneMatch(told.toString()::contains);
        int files = 0;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files++;
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(secrets).as("%s", file).noneMatch(bytes::contains);
            }
        }
        assertThat(files).isGreaterThan(FILES + 6);
    }

    @Test
    void aVerificationOfABatchOpensTheDatabaseAndIsAboutThatBatch() throws Exception {
        user.type("run").exits(Exit.DONE);
        assertThat(rows("migration_batch_id")).containsExactly("r1.1", "r1.1", "r1.2", "r1.2", "r1.3", "r1.3");
        postgres.execute(database, "UPDATE list_cutter_savedfile SET r2_key = 'elsewhere' WHERE id = 3");
        bucket.delete(key(5));

        assertThat(user.type("verify --batch r1.1").exits(Exit.DONE).out()).contains("2 same");
        assertThat(user.type("verify --batch r1.2").exits(Exit.DIFFERENT).out())
                .contains("list_cutter_savedfile[id=3]", "does not hold what it was told");
        assertThat(user.type("verify --batch r1.3").exits(Exit.DIFFERENT).out()).contains("1 missing", key(5));
        assertThat(user.type("verify --batch r1.4").exits(Exit.USAGE).err()).contains("No item is meant by");
        postgres.execute("postgres", "ALTER DATABASE " + database + " RENAME TO " + database + "_gone");
        assertThat(user.type("verify --batch r1.1").exits(Exit.USAGE).err()).contains("does not exist");
    }

    @Test
    void moreMissingFilesThanABatchHoldsBlockNothing() throws Exception {
        for (int i = 1; i <= 3; i++) {
            Files.delete(file(i));
        }

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("3 verified, 3 failed");
        assertThat(rows("id, r2_key")).containsExactly("1", "2", "3", "4|" + key(4), "5|" + key(5), "6|" + key(6));
        write(2, content(2, 10_000));
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("1 verified, 2 failed");

        assertThat(rows("id, r2_key")).contains("2|" + key(2));
        assertThat(user.type("status r1 --by batch").exits(Exit.DONE).out()).contains("r1.1", "r1.2", "r1.3");
    }

    @Test
    void whatFailedInABatchIsShownRunAndRolledBackByItsNumber() throws Exception {
        postgres.execute(database, """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN IF NEW.id IN (3, 6) THEN RAISE 'not this one'; END IF; RETURN NEW; END $$;
                CREATE TRIGGER refuse BEFORE UPDATE ON list_cutter_savedfile FOR EACH ROW EXECUTE FUNCTION refuse()""");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("4 verified, 2 failed");
        assertThat(bucket.keys()).hasSize(6);

        assertThat(user.type("items --batch r1.2 --failed")
                        .exits(Exit.DONE)
                        .out()
                        .lines())
                .hasSize(1)
                .allMatch(line -> line.contains("list_cutter_savedfile[id=3]") && line.contains("not this one"));
        assertThat(user.type("status r1 --batch r1.2 --failed").exits(Exit.DONE).out())
                .contains("1 failed");
        assertThat(user.type("status r1 --by batch").exits(Exit.DONE).out()).contains("r1.1", "r1.2", "r1.3");
        user.type("rollback r1 --batch r1.2 --failed --yes=r1").exits(Exit.DONE);
        assertThat(bucket.keys()).hasSize(5).doesNotContain(key(3)).contains(key(4), key(6));
        postgres.execute(database, "DROP TRIGGER refuse ON list_cutter_savedfile");
        user.type("run --batch r1.3 --failed").exits(Exit.DONE);
        assertThat(rows("id, r2_key")).contains("6|" + key(6), "3");
    }

    @Test
    void triesThatFailedLeaveNoObjectThatNobodyKnows() throws Exception {
        // the first tries are carried out and not answered
        endpoint.faults().on(Operation.PUT_OBJECT).key("/3/").times(2).then(Fault.loseAnswer());
        endpoint.faults()
                .on(Operation.PUT_OBJECT)
                .key("/4/")
                .times(2)
                .then(Fault.refuseAfterApplying(500, "InternalError"));

        user.type("run").exits(Exit.DONE);

        assertThat(bucket.keys()).hasSize(FILES);
        user.type("verify --both-ways").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(bucket.keys()).isEmpty();
    }

    @Test
    void aBatchThatDiedHalfWayIsFinishedByItsNumber() throws Exception {
        Map<String, String> environment = Map.of(
                "R2_ACCESS_KEY_ID", "key-0815", "R2_SECRET_ACCESS_KEY", SECRET, "DB_PASSWORD", PostgresServer.PASSWORD);
        assertThat(DyingCommand.run(folder, environment, "before-evidence", 1, Arrays.asList("run", "--batch", "1")))
                .isEqualTo(DyingCommand.DIED);

        user.type("run --batch r1.1").exits(Exit.DONE);

        assertThat(rows("id, r2_key"))
                .as("of that batch, and of no other")
                .containsExactly("1|" + key(1), "2|" + key(2), "3", "4", "5", "6");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains(FILES + " verified");
        assertThat(bucket.keys()).hasSize(FILES);
    }

    @Test
    void whatIsRolledBackIsRecordedAsRolledBack() throws Exception {
        user.type("run").exits(Exit.DONE);
        user.type("rollback r1 --batch r1.1 --yes=r1").exits(Exit.DONE);

        assertThat(user.type("items r1 --state rolled_back")
                        .exits(Exit.DONE)
                        .out()
                        .lines())
                .hasSize(2);
        assertThat(user.type("items r1 --failed").exits(Exit.DONE).out()).isEmpty();
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(user.type("items r1 --state rolled_back")
                        .exits(Exit.DONE)
                        .out()
                        .lines())
                .hasSize(FILES);
        assertThat(user.type("runs").exits(Exit.DONE).out()).contains("r1").doesNotContain("failed");
        assertThat(bucket.keys()).isEmpty();
    }

    @Test
    void columnsThatAreThereAlreadyAreNoTrouble() throws Exception {
        user.type("run").exits(Exit.DONE);
        user.type("rollback r1 --batch r1.1 --yes=r1").exits(Exit.DONE);

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("2 verified");

        assertThat(ask("SELECT count(*) FROM list_cutter_savedfile WHERE r2_key IS NOT NULL"))
                .isEqualTo("6");
        assertThat(ask("SELECT count(*) FROM information_schema.columns WHERE table_name = 'list_cutter_savedfile'"))
                .isEqualTo("9");
    }

    @Test
    void rowsOfD1GetTheirValuesBackWhereNullIsForbiddenAndStatesAreFew() throws Exception {
        try (D1Endpoint d1 = D1Endpoint.over(folder.resolve("d1.sqlite"))) {
            d1.execute(
                    "CREATE TABLE files (id TEXT PRIMARY KEY, path TEXT NOT NULL, r2_key TEXT UNIQUE NOT NULL, checksum TEXT,"
                            + " upload_status TEXT NOT NULL CHECK (upload_status IN ('pending', 'completed')))",
                    "CREATE TABLE file_migrations (file_id TEXT PRIMARY KEY REFERENCES files (id), target_r2_key TEXT NOT NULL,"
                            + " status TEXT NOT NULL CHECK (status IN ('pending', 'verified')))");
            for (int i = 1; i <= FILES; i++) {
                d1.execute("INSERT INTO files VALUES ('f-" + i + "', 'u/f" + i + ".csv', 'local/" + i
                        + "', NULL, 'pending')");
            }
            List<String> before = d1.ask("SELECT * FROM files ORDER BY id");
            place.file(
                    "waybill.yaml", """
                    waybill: 1
                    name: d1-media
                    stores:
                      d1: { type: d1, account: "%s", database: "%s", endpoint: "%s", token: "${env.D1_TOKEN}" }
                      media: ./media
                      r2: { type: s3, bucket: media-r2, endpoint: "%s", region: us-east-1, keys: R2 }
                    moves:
                      - name: files
                        each: d1:files
                        from: media:${row.path}
                        to: r2:files/${row.id}
                        then:
                          - update: source
                            set: { r2_key: "${target.path}", checksum: "${file.sha256}", upload_status: completed }
                          - insert: d1:file_migrations
                            only: { file_id: "${row.id}", target_r2_key: "${target.path}", status: verified }
                    """.formatted(D1Endpoint.ACCOUNT, D1Endpoint.DATABASE, d1.url(), endpoint.uri()));
            user.env("D1_TOKEN", D1Endpoint.TOKEN);
            user.type("run").exits(Exit.DONE);
            assertThat(d1.ask("SELECT r2_key, upload_status FROM files WHERE id = 'f-2'"))
                    .containsExactly("files/f-2|completed");
            assertThat(d1.ask("SELECT count(*) FROM file_migrations WHERE status = 'verified'"))
                    .containsExactly("6");
            user.type("verify").exits(Exit.DONE);

            user.type("rollback r1 --yes=r1").exits(Exit.DONE);

            assertThat(d1.ask("SELECT * FROM files ORDER BY id")).isEqualTo(before);
            assertThat(d1.ask("SELECT * FROM file_migrations")).isEmpty();
            assertThat(bucket.keys()).isEmpty();
        }
    }

    @Test
    void filesLargerThanTheMemoryGoThrough() throws Exception {
        for (int i = 1; i <= FILES; i++) {
            try (RandomAccessFile file = new RandomAccessFile(file(i).toFile(), "rw")) {
                file.setLength(30L << 20);
            }
        }
        try (S3Endpoint large =
                S3Endpoint.start(EndpointOptions.discard().bucket("media-r2").credentials("key-0815", SECRET))) {
            place.file(
                    "waybill.yaml",
                    place.text("waybill.yaml")
                            .replace(endpoint.uri().toString(), large.uri().toString()));
            ProcessBuilder command = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-Xmx96m",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            "io.waybill.cli.Main",
                            "run")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("child.log").toFile());
            command.environment()
                    .putAll(Map.of(
                            "R2_ACCESS_KEY_ID",
                            "key-0815",
                            "R2_SECRET_ACCESS_KEY",
                            SECRET,
                            "DB_PASSWORD",
                            PostgresServer.PASSWORD));
            Process process = command.start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(place.text("child.log")).isZero();
        }
        assertThat(rows("length(checksum)")).containsOnly("64").hasSize(FILES);
    }
}
