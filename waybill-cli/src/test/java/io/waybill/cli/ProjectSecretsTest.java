package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.S3Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project moves between two databases and two stores, each with a secret of its own. Somebody watches while the real program
 * works at its most talkative: what it says, what it writes anywhere, temporary files too, and what the list of processes shows.
 */
class ProjectSecretsTest {
    private static final String OLD_DATABASE = "sentinel-of-the-old-database-0002";
    private static final String NEW_DATABASE = "sentinel-of-the-new-database-0003";
    private static final String NEW_STORE = "sentinel-of-the-new-store-0004";
    private static final String WRONG = "sentinel-of-a-mistake-0005";
    private static final List<String> SECRETS = List.of(Studios.SECRET, OLD_DATABASE, NEW_DATABASE, NEW_STORE, WRONG);
    private static final List<String> TALKATIVE = List.of("-vv", "--log-level", "trace");

    @TempDir
    Path folder;

    private Studios studios;
    private S3Endpoint newStore;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Path work;
    private Path temporary;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Set<String> commands = ConcurrentHashMap.newKeySet();
    private int lines;

    @BeforeEach
    void makePlace() throws Exception {
        studios = Studios.in(folder).withA();
        newStore =
                S3Endpoint.start(EndpointOptions.memory().bucket("new-bucket").credentials("NEWKEY", NEW_STORE));
        work = Files.createDirectories(folder.resolve("work"));
        temporary = Files.createDirectories(folder.resolve("tmp"));
        environment.put("OLD_PASSWORD", OLD_DATABASE);
        environment.put("NEW_PASSWORD", NEW_DATABASE);
        environment.put("OLD_ACCESS_KEY_ID", "test");
        environment.put("OLD_SECRET_ACCESS_KEY", Studios.SECRET);
        environment.put("NEW_ACCESS_KEY_ID", "NEWKEY");
        environment.put("NEW_SECRET_ACCESS_KEY", NEW_STORE);
        environment.put("TMPDIR", temporary.toString());
        Files.writeString(work.resolve("waybill.yaml"), """
                waybill: 1
                name: studio
                stores:
                  src: { type: postgresql, host: 127.0.0.1, port: %1$d, database: %2$s, user: %4$s, password: "${env.OLD_PASSWORD}" }
                  dst: postgresql://%5$s:${env.NEW_PASSWORD}@127.0.0.1:%1$d/%3$s
                  old: { type: s3, bucket: old-bucket, endpoint: "%6$s", region: us-east-1, keys: OLD }
                  new: { type: s3, bucket: new-bucket, endpoint: "%7$s", region: us-east-1, keys: NEW }
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      to: dst
                %8$s""".formatted(
                        studios.server.port(),
                        studios.source,
                        studios.target,
                        studios.server.newRole(studios.source, OLD_DATABASE),
                        studios.server.newRole(studios.target, NEW_DATABASE),
                        studios.endpoint.uri(),
                        newStore.uri(),
                        Studios.ROWS.indent(6)));
    }

    @AfterEach
    void close() {
        studios.close();
        newStore.close();
    }

    /** Looks at what a process shows of itself and of those that it started, and at what stands in the folders. */
    private void watch(Process process) throws IOException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        for (ProcessHandle each : all) {
            Path line = Path.of("/proc", Long.toString(each.pid()), "cmdline");
            if (Files.isReadable(line)) {
                String words = words(line);
                commands.add(words);
                SECRETS.stream().filter(words::contains).forEach(secret -> seen.add(secret + " among processes"));
            }
        }
        look(temporary);
        look(work);
    }

    private static String words(Path line) {
        try {
            return Files.readString(line, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has just ended
        }
    }

    private void look(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                look(file.toString(), Files.readAllBytes(file));
            }
        } catch (NoSuchFileException e) {
            return; // it has just been removed
        } catch (java.io.UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
        }
    }

    private void look(String where, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        SECRETS.stream().filter(text::contains).forEach(secret -> seen.add(secret + " in " + where));
    }

    /** Answers what the command said. */
    private String say(Exit exit, String line) throws Exception {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        words.addAll(TALKATIVE);
        Path said = folder.resolve("said-" + ++lines + ".txt");
        ProcessBuilder builder = CliProcess.of(
                        work, List.of("-Djava.io.tmpdir=" + temporary), words.toArray(String[]::new))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        while (!process.waitFor(40, TimeUnit.MILLISECONDS)) {
            watch(process);
        }
        byte[] bytes = Files.readAllBytes(said);
        look("what " + line + " said", bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as("%s%n%s", line, text).isEqualTo(exit.code());
        return text;
    }

    @Test
    void noSecretOfAnyStoreIsSaidWrittenOrShown() throws Exception {
        say(Exit.DONE, "lint");
        say(Exit.DONE, "plan");
        assertThat(say(Exit.DONE, "run --json")).contains("\"verified\":10");
        say(Exit.DONE, "verify --read");
        say(Exit.DONE, "status --json");
        say(Exit.DONE, "items --values");
        say(Exit.DONE, "report --format text,json,csv,html -o report");
        say(Exit.DONE, "report --of audit");
        say(Exit.DONE, "ledger export");
        say(Exit.DONE, "doctor --probe --bundle bundle.zip");
        say(Exit.DONE, "rollback r1 --yes=r1");
        studios.from.delete(Studios.A + "/" + Studios.N1 + "/one.bin");
        say(Exit.REFUSED, "run");
        wrong("NEW_PASSWORD", Exit.UNAVAILABLE, "run");
        wrong("OLD_PASSWORD", Exit.UNAVAILABLE, "run --json");
        wrong("NEW_SECRET_ACCESS_KEY", Exit.UNAVAILABLE, "doctor");
        wrong("OLD_SECRET_ACCESS_KEY", Exit.REFUSED, "run --new"); // each object is not to be looked at

        look(work);
        look(temporary);
        try (ZipFile bundle = new ZipFile(work.resolve("bundle.zip").toFile())) {
            for (ZipEntry entry : java.util.Collections.list(bundle.entries())) {
                look("bundle: " + entry.getName(), bundle.getInputStream(entry).readAllBytes());
            }
            assertThat(bundle.size()).isGreaterThan(3);
        }
        assertThat(seen).isEmpty();
        assertThat(work.resolve("report")).isDirectoryContaining("glob:**.html");
        assertThat(work.resolve(".waybill/studio.db")).exists();
        if (Files.isDirectory(Path.of("/proc"))) {
            assertThat(commands).as("somebody looked").hasSizeGreaterThan(10);
        }
    }

    /** The command with a secret that the store does not know. */
    private void wrong(String variable, Exit exit, String line) throws Exception {
        String right = String.valueOf(environment.put(variable, WRONG));
        say(exit, line);
        environment.put(variable, right);
    }

    @Test
    void theWatcherSeesASecretWhereThereIsOne() throws Exception {
        Files.writeString(work.resolve("note"), "x" + WRONG + "x");
        say(Exit.DONE, "lint --set name=" + NEW_STORE);

        assertThat(seen)
                .anyMatch(line -> line.startsWith(WRONG + " in ") && line.endsWith("note"))
                .contains(NEW_STORE + " among processes");
    }
}
