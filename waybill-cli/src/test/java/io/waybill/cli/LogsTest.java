package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that each run leaves beside the ledger, and what of it the console shows. */
class LogsTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
    }

    private List<Path> logs() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(".waybill/logs"))) {
            return files.sorted().toList();
        }
    }

    /** The log of the only command of this kind. */
    private String log(String verb) throws IOException {
        List<Path> found = logs().stream()
                .filter(file -> file.getFileName().toString().contains("-" + verb + "-"))
                .toList();
        assertThat(found).hasSize(1);
        return Files.readString(found.get(0));
    }

    @Test
    void everyRunRollbackAndVerificationHasAFileNamedAfterItsTimeThatOnlyItsOwnerReads() throws Exception {
        user.type("run").exits(Exit.DONE);
        user.type("verify").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);

        assertThat(logs())
                .extracting(file -> file.getFileName().toString())
                .allMatch(name -> name.matches("\\d{8}-\\d{6}-(run|verify|rollback)-\\d+\\.log"))
                .hasSize(3);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(".waybill/logs"))))
                .isEqualTo("rwx------");
        assertThat(log("verify")).contains("same=5").contains("ended exit=0");
        assertThat(log("rollback")).contains("phase what=\"rolling back\"").contains("ended exit=0");
    }

    @Test
    void itSaysWhenRunAndMovesBeganAndEndedWithTheirCountsAndNothingOfEachItem() throws Exception {
        place.file("out/notes/a.txt", "something else");
        user.type("run").exits(Exit.NEEDS_YOU);

        String log = log("run");
        assertThat(log)
                .contains("run begins run=r1 goes_on=false selection=\"\" until=link")
                .contains("move begins run=r1 move=files kind=files from=\"disk:notes/\" to=\"out:\"")
                .containsPattern("move ends run=r1 move=files finished=true ms=\\d+ verified=4 conflict=1\n")
                .containsPattern("run ends run=r1 finished=true stopped=false ms=\\d+ wrote_items=4 wrote_bytes=\\d+"
                        + " retries=0 balanced=true verified=4 conflict=1\n")
                .contains("ended exit=3")
                .doesNotContain("a.txt", "RunReport");
        assertThat(log.lines().map(line -> line.substring(0, line.indexOf(' '))))
                .allSatisfy(time ->
                        assertThat(Instant.parse(time)).isBefore(Instant.now().plusSeconds(1)));
    }

    @Test
    void itSaysWhyACommandFailed() throws Exception {
        place.file("out/notes/a.txt", "something else").plan("exists: fail\n");

        user.type("run").exits(Exit.REFUSED);

        assertThat(log("run")).contains("ended exit=8 error=WB-", "message=\"Cannot ");
    }

    @Test
    void itIsJsonWhereThatIsAskedForByFlagOrEnvironment() throws Exception {
        user.type("run --log-format json").exits(Exit.DONE);
        user.env("WAYBILL_LOG_FORMAT", "json").type("verify").exits(Exit.DONE);

        List<String> messages = new ArrayList<>();
        for (Path file : logs()) {
            for (String line : Files.readAllLines(file)) {
                Value.MapOf fields = (Value.MapOf) Json.parse(line);
                assertThat(fields.values().keySet()).startsWith("time", "level", "thread", "logger", "message");
                messages.add(((Value.Text) User.field(fields, "message")).value());
            }
        }
        assertThat(messages)
                .anySatisfy(message -> assertThat(message).startsWith("move ends run=r1 move=files finished=true"))
                .anySatisfy(message -> assertThat(message).contains("same=5"));
    }

    @Test
    void theConsoleShowsWhatIsInformativeWhenMoreIsAskedFor() {
        assertThat(user.type("run").exits(Exit.DONE).err()).doesNotContain("move begins", "info:");

        assertThat(user.type("run --new -v").exits(Exit.DONE).err()).contains("info: begins plan=place");
    }

    @Test
    void noSecretStandsInLogConsoleOrLedgerWhenPasswordsAreWrong() throws Exception {
        PostgresServer postgres = PostgresServer.shared();
        String database = postgres.newDatabase();
        List<String> secrets =
                List.of("sentinel-in-url-1", "sentinel-option-2", "sentinelhooktoken33", "sentinelnotifytoken44");
        StringBuilder told = new StringBuilder();
        try (HookServer server = HookServer.start()) {
            server.answers(404);
            for (String store : List.of(
                    "\"postgresql://guarded:sentinel-in-url-1@127.0.0.1:" + postgres.port() + "/" + database + "\"",
                    "{ type: postgresql, host: 127.0.0.1, port: " + postgres.port() + ", database: " + database
                            + ", user: guarded, password: \"${env.PG_PASSWORD}\" }")) {
                place.file("waybill.yaml", """
                        waybill: 1
                        name: wrong
                        stores:
                          disk: ./data
                          out: ./out
                          pg: %s
                        hooks: { before: { call: "%s/hook?token=sentinelhooktoken33" } }
                        notify: { failed: "%s/services/sentinelnotifytoken44" }
                        moves:
                          - { name: files, from: "disk:notes/", to: "out:" }
                          - { name: rows, from: "pg:people", to: "pg:people2" }
                        """.formatted(store, server.url(), server.url()));
                user.env("PG_PASSWORD", "sentinel-option-2");
                for (String format : List.of("text", "json")) {
                    for (String verb : List.of("plan", "run", "run --json", "verify", "doctor", "status")) {
                        User.Ran ran = user.type(verb + " -vv --log-level trace --log-format " + format);
                        told.append(ran.all());
                    }
                    User.Ran ran = user.type("run -vv --move files --log-level trace --log-format " + format);
                    told.append(ran.all());
                }
            }
            assertThat(server.addresses()).contains("/services/sentinelnotifytoken44");
        }
        assertThat(told.toString()).contains("WB-S03").contains("(notify, failed): HTTP 404");
        assertThat(secrets).noneMatch(told.toString()::contains);
        try (Stream<Path> files = Files.walk(folder.resolve(".waybill"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(secrets).as(file.toString()).noneMatch(bytes::contains);
            }
        }
        assertThat(logs()).isNotEmpty();
    }

    @Test
    void aPlanSaysHowItsLogsAreWrittenAndTheCommandLineWins() throws Exception {
        place.file("waybill.yaml", place.text("waybill.yaml") + """

                vars: { where: here }
                log: { format: json, level: error, folder: "logs of ${vars.where}" }
                """);

        user.type("run").exits(Exit.DONE);
        user.type("verify --log-level info").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1 --log-level info --log-format text").exits(Exit.DONE);

        try (Stream<Path> files = Files.list(folder.resolve("logs of here"))) {
            for (Path log : files.toList()) {
                List<String> lines = Files.readAllLines(log);
                String name = log.getFileName().toString();
                if (name.contains("-run-")) {
                    assertThat(lines).as("errors only").isEmpty();
                } else {
                    boolean json = name.contains("-verify-");
                    assertThat(lines).isNotEmpty().allMatch(line -> line.startsWith("{") == json);
                }
            }
        }
        assertThat(folder.resolve("logs of here")).isDirectoryContaining("glob:**-rollback-*.log");
        assertThat(folder.resolve(".waybill/logs")).doesNotExist();
        place.file("waybill.yaml", place.text("waybill.yaml").replace("format: json", "format: xml"));
        assertThat(user.type("run").exits(Exit.USAGE).all()).contains("xml").contains("json");
    }
}
