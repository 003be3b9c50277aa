package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerFile;
import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.S3Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteDataSource;

/** What cannot work is said once, clearly, with the right exit code; and nothing is changed by it. */
class BadInputTest {
    @TempDir
    Path folder;

    private Shell shell;
    private Path target;

    @BeforeEach
    void makeFiles() throws Exception {
        shell = new Shell(folder);
        target = Files.createDirectories(folder.resolve("target"));
        Files.writeString(target.resolve("theirs"), "theirs");
        Files.createDirectories(folder.resolve("data"));
        for (int i = 0; i < 5; i++) {
            Files.writeString(folder.resolve("data/file" + i), "content " + i);
        }
        plan("from: ./data, to: ./target");
    }

    private void plan(String stores) throws Exception {
        String[] pair = stores.split(", to: ", 2);
        Files.writeString(
                folder.resolve("waybill.yaml"),
                "waybill: 1\nname: bad\nstores:\n  " + pair[0] + "\n  to: " + pair[1]
                        + "\nlimits: { retries: 1 }\nmoves:\n  - { name: all, from: 'from:', to: 'to:in/' }\n");
    }

    private static String bucket(S3Endpoint endpoint, String name) {
        return "{ type: s3, bucket: " + name + ", endpoint: \"" + endpoint.uri()
                + "\", region: us-east-1, keys: TEST }";
    }

    private static S3Endpoint endpoint() throws Exception {
        return S3Endpoint.start(EndpointOptions.memory()
                .bucket("there")
                .credentials("test", "test-secret")
                .logged(1_000));
    }

    private static long changes(S3Endpoint endpoint) {
        return endpoint.requests().entries().stream()
                .filter(request -> request.operation().mutating())
                .count();
    }

    /** One line, the exit code, nothing of our insides. */
    private static void assertRefused(Shell.Ended ended, int exit, String... said) {
        assertThat(ended.errors()).as(ended.err()).hasSize(1);
        assertThat(ended.err()).contains(said).doesNotContain("Exception", "\tat ", "test-secret");
        assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    }

    private void assertTargetUntouched() throws Exception {
        assertThat(Shell.tree(target)).isEqualTo(Map.of("", "", "theirs", "theirs"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "run"})
    void namesABucketThatIsNotThere(String verb) throws Exception {
        try (S3Endpoint endpoint = endpoint()) {
            shell.set("TEST_ACCESS_KEY_ID", "test");
            shell.set("TEST_SECRET_ACCESS_KEY", "test-secret");
            plan("from: ./data, to: " + bucket(endpoint, "not-there"));

            assertRefused(shell.run(verb), 2, "not-there");

            assertThat(changes(endpoint)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "run"})
    void namesKeysThatAreNotSet(String verb) throws Exception {
        try (S3Endpoint endpoint = endpoint()) {
            plan("from: ./data, to: " + bucket(endpoint, "there"));

            assertRefused(shell.run(verb), 7, "TEST_ACCESS_KEY_ID");

            assertThat(changes(endpoint)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "run"})
    void saysThatKeysAreWrongWithoutPrintingThem(String verb) throws Exception {
        try (S3Endpoint endpoint = endpoint()) {
            shell.set("TEST_ACCESS_KEY_ID", "test");
            shell.set("TEST_SECRET_ACCESS_KEY", "test-secret-that-is-wrong");
            plan("from: ./data, to: " + bucket(endpoint, "there"));

            assertRefused(shell.run(verb), 7, "there");

            assertThat(endpoint.requests().entries())
                    .allSatisfy(request -> assertThat(request.status()).isGreaterThanOrEqualTo(400));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "run"})
    void namesAFolderThatIsNotThere(String verb) throws Exception {
        plan("from: ./none, to: ./target");

        assertRefused(shell.run(verb), 2, folder.resolve("none").toString());

        assertTargetUntouched();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "run"})
    void namesAFolderThatMayNotBeRead(String verb) throws Exception {
        Path locked = Files.createDirectories(folder.resolve("data/sub/locked"));
        List<String> before = new ArrayList<>();
        if (System.getProperty("user.name", "").equals("root")) {
            // root reads everything by two capabilities, so they are given up first
            before.addAll(List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search"));
            if (!Shell.works(before)) {
                System.out.println("BadInputTest: not tried without the right to read a folder: root cannot give up its"
                        + " rights here");
            }
            assumeTrue(Shell.works(before), "root cannot give up its rights here");
        }
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        try {
            assertRefused(shell.child(before, verb), 7, "data/sub/locked", "permission denied");
        } finally {
            Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
        }
        assertTargetUntouched();
    }

    /** A command before others that gives them a small disk of their own in a folder; null where that is not allowed. */
    private static List<String> smallDisk(Path at, String size) {
        for (String options : List.of("-m", "-rm")) {
            List<String> before = List.of(
                    "unshare",
                    options,
                    "sh",
                    "-c",
                    "mount -t tmpfs -o size=" + size + " tmpfs \"$0\" && \"$@\"; code=$?; ls -A \"$0\" >&2; exit $code",
                    at.toString());
            if (Shell.works(before)) {
                return before;
            }
        }
        System.out.println("BadInputTest: not tried on a full disk: no right to mount a small one here");
        return List.of();
    }

    @Test
    void saysThatTheTargetsDiskIsFullAndLeavesNoHalfFile() throws Exception {
        List<String> before = smallDisk(target, "1m");
        assumeTrue(!before.isEmpty(), "no right to mount a small disk");
        for (int i = 0; i < 8; i++) {
            Files.write(folder.resolve("data/big" + i), new byte[2 << 20]);
        }

        Shell.Ended ended = shell.child(before, "run");

        assertRefused(ended, 7, "no space left");
        assertThat(ended.err()).doesNotContain(".part");
        Shell.Ended resumed = shell.run("run");
        assertThat(resumed.exit()).as(shell.run("items").out() + ended.err() + resumed.err()).isZero();
        assertThat(Files.size(target.resolve("in/big7"))).isEqualTo(2 << 20);
    }

    @Test
    void saysThatTheLedgersDiskIsFullAndLosesNothing() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("ledgers"));
        List<String> before = smallDisk(disk, "600k");
        assumeTrue(!before.isEmpty(), "no right to mount a small disk");
        for (int i = 0; i < 6_000; i++) {
            Files.createFile(folder.resolve("data/a rather long name of an empty file " + i));
        }

        Shell.Ended ended = shell.child(before, "--ledger", disk.resolve("x.db").toString(), "plan");

        assertRefused(ended, 7, "disk is full");
        assertTargetUntouched();
    }

    private Path ledger() throws Exception {
        return Files.createDirectories(folder.resolve(".waybill")).resolve("bad.db");
    }

    /** Every verb that opens the ledger refuses it in the same words and leaves it byte for byte. */
    private void assertLedgerRefused(int exit, String... said) throws Exception {
        byte[] before = Files.readAllBytes(ledger());
        for (String verb : List.of("plan", "run", "status", "verify")) {
            assertRefused(shell.run(verb), exit, said);
        }
        assertThat(Files.readAllBytes(ledger())).isEqualTo(before);
        assertTargetUntouched();
    }

    @Test
    void refusesAnEmptyLedger() throws Exception {
        Files.createFile(ledger());

        assertLedgerRefused(8, "bad.db", "the file is empty");
    }

    @Test
    void refusesAFileThatIsNoLedger() throws Exception {
        Files.writeString(ledger(), "my diary\n".repeat(100));

        assertLedgerRefused(8, "bad.db", "it is not one");
    }

    private void sql(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + ledger());
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    @Test
    void refusesADatabaseOfAnotherProgram() throws Exception {
        sql("CREATE TABLE diary (day)", "INSERT INTO diary VALUES ('monday')");

        assertLedgerRefused(8, "bad.db", "another program");
    }

    @Test
    void refusesALedgerOfANewerVersion() throws Exception {
        shell.run("plan");
        sql("PRAGMA user_version = 99", "PRAGMA wal_checkpoint(TRUNCATE)");

        assertLedgerRefused(8, "schema 99", "newer waybill");
    }

    @Test
    void refusesTheLedgerOfAnotherPlan() throws Exception {
        shell.run("plan");
        Files.writeString(
                folder.resolve("waybill.yaml"),
                Files.readString(folder.resolve("waybill.yaml"))
                        .replace("name: bad", "name: other\nledger: .waybill/bad.db"));

        assertRefused(shell.run("run"), 8, "bad");

        assertTargetUntouched();
    }

    @Test
    void refusesADamagedLedger() throws Exception {
        shell.run("plan");
        sql("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE");
        byte[] bytes = Files.readAllBytes(ledger());
        byte[] noise = new byte[bytes.length - 8_192];
        new Random(3).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, 8_192, noise.length);
        Files.write(ledger(), bytes);

        for (String verb : List.of("plan", "run")) {
            assertRefused(shell.run(verb), 8, "bad.db", "ledger backup");
        }

        assertThat(Arrays.equals(bytes, Files.readAllBytes(ledger()))).isTrue();
        assertTargetUntouched();
    }

    @Test
    void namesWhoHoldsTheLedger() throws Exception {
        LedgerFile file = new LedgerFile(ledger(), path -> {
            SQLiteDataSource source = new SQLiteDataSource();
            source.setUrl("jdbc:sqlite:" + path);
            return source;
        });
        try (Ledger held = file.open("bad", "waybill run, process 4711 on host elsewhere", InstantSource.system())) {
            assertThat(held.series()).isNotEmpty();

            assertRefused(shell.run("run"), 6, "process 4711 on host elsewhere");
        }
        assertTargetUntouched();
        assertThat(shell.run("run").exit()).as("when it is free again").isZero();
    }

    private void assertPlanRefused(byte[] plan, String... said) throws Exception {
        Files.write(folder.resolve("waybill.yaml"), plan);
        for (String verb : List.of("lint", "plan", "run")) {
            long began = System.nanoTime();
            Shell.Ended ended = shell.run(verb);
            assertThat(ended.exit()).as(verb + ": " + ended.err()).isEqualTo(2);
            assertThat(ended.out() + ended.err()).contains(said).doesNotContain("Exception", "\tat ");
            assertThat(System.nanoTime() - began).as("nanoseconds").isLessThan(20_000_000_000L);
        }
        assertThat(folder.resolve(".waybill")).doesNotExist();
        assertTargetUntouched();
    }

    private void assertPlanRefused(String plan, String... said) throws Exception {
        assertPlanRefused(plan.getBytes(StandardCharsets.UTF_8), said);
    }

    @Test
    void refusesAPlanOfAliases() throws Exception {
        StringBuilder bomb = new StringBuilder("waybill: 1\nname: bomb\nvars:\n  a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("  a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
        }
        assertPlanRefused(bomb.toString(), "waybill.yaml:4:");
    }

    @Test
    void refusesAPlanThatNamesClasses() throws Exception {
        assertPlanRefused(
                "waybill: 1\nname: !!javax.script.ScriptEngineManager [!!java.net.URL [\"http://127.0.0.1/\"]]\n",
                "waybill.yaml:2:");
    }

    @Test
    void refusesADeepPlan() throws Exception {
        assertPlanRefused("waybill: 1\nname: deep\nvars: " + "[".repeat(50_000) + "]".repeat(50_000), "waybill.yaml:3:");
        assertPlanRefused("waybill: 1\nname: deep\nvars: " + "{a: ".repeat(2_000) + "}".repeat(2_000), "waybill.yaml:3:");
    }

    @Test
    void refusesALargePlanWithoutReadingItWhole() throws Exception {
        byte[] large = new byte[100 << 20];
        Arrays.fill(large, (byte) '#');
        assertPlanRefused(large, "waybill.yaml");
    }

    @Test
    void refusesAPlanWithAKeyTwice() throws Exception {
        assertPlanRefused("waybill: 1\nname: one\nname: two\n", "waybill.yaml:3:1", "name");
    }

    @Test
    void refusesAPlanThatIsNoText() throws Exception {
        byte[] noise = new byte[4_000];
        new Random(5).nextBytes(noise);
        assertPlanRefused(noise, "waybill.yaml");
    }
}
