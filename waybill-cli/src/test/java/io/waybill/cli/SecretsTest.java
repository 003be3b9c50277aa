package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.S3Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sentinels stand where secrets stand; every command runs at its most talkative; no byte of any output holds one. */
class SecretsTest {
    private static final String KEY = "SENTINELKEY0001";
    private static final String SECRET = "sentinel-secret-0002";
    private static final String TOKEN = "sentinel-token-0003";
    private static final String WRONG = "sentinel-wrong-0004";
    private static final List<String> SENTINELS = List.of(SECRET, TOKEN, WRONG);

    @TempDir
    Path folder;

    private final StringBuilder told = new StringBuilder();

    private User.Ran say(User user, String line) {
        User.Ran ran = user.type(line + " -vv --log-level trace");
        told.append(ran.all());
        return ran;
    }

    @Test
    void noSecretStandsInAnyOutput() throws Exception {
        Place.in(folder);
        try (S3Endpoint endpoint =
                S3Endpoint.start(EndpointOptions.memory().bucket("bucket").credentials(KEY, SECRET))) {
            Files.writeString(folder.resolve("waybill.yaml"), """
                    waybill: 1
                    name: secret
                    stores:
                      disk: ./data
                      s3: { type: s3, bucket: bucket, region: r, endpoint: "%s", keys: SRC }
                      other:
                        type: s3
                        bucket: bucket
                        region: r
                        endpoint: "%s"
                        access_key_id: "${env.OTHER_KEY}"
                        secret_access_key: "${env.OTHER_SECRET}"
                        session_token: "${env.OTHER_TOKEN}"
                    moves:
                      - { name: good, from: "disk:notes/", to: "s3:x/" }
                      - { name: bad, from: "disk:photos/", to: "other:y/" }
                    """.formatted(endpoint.uri(), endpoint.uri()));
            User user = new User(folder)
                    .env("SRC_ACCESS_KEY_ID", KEY)
                    .env("SRC_SECRET_ACCESS_KEY", SECRET)
                    .env("OTHER_KEY", "SENTINELKEYWRONG")
                    .env("OTHER_SECRET", WRONG)
                    .env("OTHER_TOKEN", TOKEN);
            for (String line : List.of(
                    "lint",
                    "doctor",
                    "plan",
                    "run --set limits.retries=0",
                    "doctor --probe",
                    "ls s3: -l",
                    "ls other:")) {
                say(user, line);
            }
            // without the bad move all the rest has something to tell
            Files.writeString(
                    folder.resolve("waybill.yaml"),
                    Files.readString(folder.resolve("waybill.yaml")).replaceAll("(?m)^.*name: bad.*\n", ""));
            for (String line : List.of(
                    "run --new",
                    "status",
                    "items",
                    "items --json",
                    "items --show 1",
                    "runs --json",
                    "verify",
                    "report --format html",
                    "report --format csv",
                    "ledger export",
                    "ledger",
                    "cleanup",
                    "rollback r1 --dry-run",
                    "doctor --json",
                    "doctor --bundle bundle.zip",
                    "plan --set stores.s3.secret_access_key=" + WRONG,
                    "run -f nothing.yaml",
                    "schema")) {
                say(user, line);
            }
        }
        assertThat(told.toString()).contains("verified", "WB-S03");
        assertThat(SENTINELS).noneMatch(told.toString()::contains);
        int files = 0;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files++;
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(SENTINELS).as(file.toString()).noneMatch(bytes::contains);
            }
        }
        assertThat(files).isGreaterThan(10);
        try (ZipFile bundle = new ZipFile(folder.resolve("bundle.zip").toFile())) {
            var entries = bundle.entries();
            int seen = 0;
            while (entries.hasMoreElements()) {
                seen++;
                var entry = entries.nextElement();
                try (var in = bundle.getInputStream(entry)) {
                    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    assertThat(SENTINELS).as(entry.getName()).noneMatch(text::contains);
                }
            }
            assertThat(seen).isGreaterThan(3);
        }
    }

    @Test
    void aSecretInTheEnvironmentFileIsNotShownWhenALineIsWrong() throws Exception {
        Place.in(folder).file("secrets.env", "GOOD=1\n" + SECRET + "\n");

        assertThat(new User(folder)
                        .type("plan --env-file secrets.env")
                        .exits(Exit.USAGE)
                        .all())
                .contains("line 2")
                .doesNotContain(SECRET);
    }

    @Test
    void knownSecretsAreTakenOutOfWhateverIsSaid() {
        Redaction redaction = new Redaction();
        assertThat(redaction.watching(name -> "pass-word-1").apply("DB_PASSWORD"))
                .isEqualTo("pass-word-1");
        assertThat(redaction.watching(name -> "plain-value").apply("REGION")).isEqualTo("plain-value");
        redaction.add("pass-word-1-and-more");

        assertThat(redaction.apply("x pass-word-1-and-more y pass-word-1 z plain-value"))
                .isEqualTo("x *** y *** z plain-value");
    }
}
