package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Value;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run publishes to Prometheus and CloudWatch are the figures of its ledger, and nothing there can harm it. */
class MetricsTest {
    private static final String ROWS = """
              - name: people
                from: "disk:people.csv"
                to: "out:people.jsonl"
                format: { key: id }
                checks: { required: name }
            """;

    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        place.file("data/people.csv", "id,name\n1,Ada\n2,\n3,Grace\n");
        user = new User(folder)
                .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
                .env("AWS_SECRET_ACCESS_KEY", CloudWatchServer.SECRET);
    }

    private static String cloudwatch(String endpoint) {
        return "metrics: { type: cloudwatch, namespace: Migration/Test, region: eu-west-1, endpoint: \"" + endpoint
                + "\", every: 1s }\n";
    }

    private void assertIsWhatStatusSays(PrometheusLines lines) {
        Value.MapOf status = user.type("status --json").exits(Exit.DONE).json();
        long total = 0;
        for (Value group : ((Value.ListOf) User.field(status, "groups")).values()) {
            String move = ((Value.Text) User.field(group, "move")).value();
            if (move.equals("files")) {
                continue; // has two groups, compared below as a whole
            }
            for (Map.Entry<String, Value> item :
                    ((Value.MapOf) User.field(group, "items")).values().entrySet()) {
                if (!item.getKey().equals("progress")) {
                    long items = Long.parseLong(io.waybill.value.RowCodec.text(item.getValue()));
                    assertThat(lines.items("place", move, item.getKey()))
                            .as(item.getKey())
                            .isEqualTo(items);
                    total += items;
                }
            }
        }
        assertThat(total).isEqualTo(3);
        assertThat(lines.items("place", "files", "verified")).isEqualTo(5);
        assertThat(lines.value("waybill_bytes_total{plan=\"place\",move=\"files\",state=\"verified\"}"))
                .isEqualByComparingTo("24");
        assertThat(lines.value("waybill_run_seconds{plan=\"place\"}").movePointRight(3))
                .isEqualByComparingTo(
                        ((Value.Int) User.field(status, "worked_ms")).value().toString());
        assertThat(lines.value("waybill_retries_total{plan=\"place\"}")).isEqualByComparingTo("0");
    }

    @Test
    void aFileForPrometheusHoldsWhatStatusSaysOfTheRunWhenItIsOver() throws Exception {
        place.plan(ROWS + "metrics: prometheus:figures/waybill.prom\n");

        user.type("run").exits(Exit.NEEDS_YOU);

        PrometheusLines lines = PrometheusLines.of(place.text("figures/waybill.prom"));
        assertIsWhatStatusSays(lines);
        assertThat(lines.items("place", "people", "verified")).isEqualTo(2);
        assertThat(lines.items("place", "people", "quarantined")).isEqualTo(1);
        assertThat(lines.items("place", "people", "conflict")).isZero();
        assertThat(lines.value("waybill_item_seconds_count{plan=\"place\",move=\"files\"}"))
                .isEqualByComparingTo("5");
        assertThat(lines.value("waybill_item_seconds_sum{plan=\"place\",move=\"files\"}"))
                .isPositive();
        assertThat(lines.value("waybill_item_seconds_count{plan=\"place\",move=\"people\"}"))
                .isEqualByComparingTo("2");
        assertThat(lines.value("waybill_run_number{plan=\"place\"}")).isEqualByComparingTo("1");
        assertThat(lines.value("waybill_run_active{plan=\"place\"}")).isEqualByComparingTo("0");
        try (var files = Files.list(folder.resolve("figures"))) {
            assertThat(files).singleElement().asString().endsWith("waybill.prom");
        }
    }

    @Test
    void aRunThatIsNotThroughPublishesHowFarItCame() throws Exception {
        place.plan("metrics: prometheus:./waybill.prom\n");

        user.type("run --limit 2").exits(Exit.DONE);

        PrometheusLines lines = PrometheusLines.of(place.text("waybill.prom"));
        assertThat(lines.items("place", "files", "verified")).isEqualTo(2);
        assertThat(lines.items("place", "files", "planned")).isEqualTo(3);

        user.type("run").exits(Exit.DONE);
        assertThat(PrometheusLines.of(place.text("waybill.prom")).items("place", "files", "verified"))
                .isEqualTo(5);
    }

    @Test
    void aPortIsScrapedWhileTheRunIsAtWork() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        place.file("wait.sh", "while [ ! -e go ]; do sleep 0.1; done\n");
        place.plan("hooks: { after: { run: [sh, wait.sh], timeout: 60s } }\nmetrics: prometheus:" + port + "\n");
        CompletableFuture<User.Ran> run = CompletableFuture.supplyAsync(() -> user.type("run"));
        PrometheusLines lines = null;
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
            while (lines == null || lines.items("place", "files", "verified") < 5) {
                assertThat(System.nanoTime()).as("scraped in time").isLessThan(end);
                Thread.sleep(200);
                lines = scrape(port, "/metrics").map(PrometheusLines::of).orElse(null);
            }
            assertThat(lines.value("waybill_run_active{plan=\"place\"}")).isEqualByComparingTo("1");
            assertThat(scrape(port, "/")).hasValue("404 Metrics are at /metrics.\n");
        } finally {
            place.file("go", "");
        }
        run.get(60, TimeUnit.SECONDS).exits(Exit.DONE);
        assertThat(scrape(port, "/metrics")).isEmpty();
    }

    /** The answer, with its status when that is not 200; empty when nobody listens. */
    private static java.util.Optional<String> scrape(int port, String path) throws Exception {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                return java.util.Optional.of(answer.statusCode() + " " + answer.body());
            }
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            return answer.body().isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(answer.body());
        } catch (java.net.ConnectException e) {
            return java.util.Optional.empty();
        }
    }

    @Test
    void cloudWatchGetsSignedSumsThatAreTheCountsOfTheLedgerOverAllProcessesOfARun() throws Exception {
        try (CloudWatchServer server = new CloudWatchServer()) {
            place.plan(ROWS + cloudwatch(server.url()));

            user.type("run --limit 2 --move files").exits(Exit.DONE);
            assertThat(server.refused()).isEmpty();
            assertThat(server.sum("RecordsProcessed", "files")).isEqualByComparingTo("2");
            user.type("run").exits(Exit.NEEDS_YOU);

            assertThat(server.refused()).isEmpty();
            assertThat(server.sum("RecordsProcessed", "files")).isEqualByComparingTo("5");
            assertThat(server.sum("Errors", "files")).isEqualByComparingTo("0");
            assertThat(server.sum("RecordsProcessed", "people")).isEqualByComparingTo("2");
            assertThat(server.sum("Errors", "people")).isEqualByComparingTo("1");
            assertThat(server.sum("Duration", "files")).isPositive();
            assertThat(server.data())
                    .allSatisfy(one -> assertThat(one)
                            .containsEntry("namespace", "Migration/Test")
                            .containsEntry("dimension Plan", "place")
                            .containsEntry("Unit", "Duration".equals(one.get("MetricName")) ? "Seconds" : "Count"));
        }
    }

    @Test
    void whatCloudWatchDidNotTakeItGetsLater() throws Exception {
        try (CloudWatchServer server = new CloudWatchServer()) {
            place.file("wait.sh", "while [ ! -e go ]; do sleep 0.1; done\n");
            place.plan("hooks: { after: { run: [sh, wait.sh], timeout: 60s } }\n" + cloudwatch(server.url()));
            server.answers(500);
            CompletableFuture<User.Ran> run = CompletableFuture.supplyAsync(() -> user.type("run"));
            server.awaitFailure();
            server.answers(200);
            place.file("go", "");

            User.Ran ran = run.get(60, TimeUnit.SECONDS).exits(Exit.DONE);

            assertThat(ran.err()).containsOnlyOnce("CloudWatch at 127.0.0.1 answers 500");
            assertThat(ran.out()).doesNotContain("not published");
            assertThat(server.sum("RecordsProcessed", "files")).isEqualByComparingTo("5");
        }
    }

    @Test
    void aRunGoesOnWithoutCloudWatchAndSaysSo() throws Exception {
        place.plan(cloudwatch("http://127.0.0.1:1").replace("}", ", keys: AWS }"));

        User.Ran ran = user.type("run").exits(Exit.DONE);

        assertThat(ran.err())
                .containsOnlyOnce(
                        "Cannot publish metrics to cloudwatch:Migration/Test: CloudWatch at 127.0.0.1 does not"
                                + " answer. The run goes on without them.");
        assertThat(ran.out())
                .contains("5 verified")
                .contains("Metrics were not published to cloudwatch:Migration/Test: CloudWatch at 127.0.0.1 does not");
        assertThat(ran.all()).doesNotContain(CloudWatchServer.SECRET);
        try (var logs = Files.walk(folder.resolve(".waybill/logs"))) {
            assertThat(logs.filter(Files::isRegularFile).toList())
                    .anySatisfy(log -> assertThat(Files.readString(log)).contains("metrics not published"))
                    .allSatisfy(log -> assertThat(Files.readString(log)).doesNotContain(CloudWatchServer.SECRET));
        }
    }

    @Test
    void aServiceThatTakesAndNeverAnswersHoldsTheEndUpForSecondsOnly() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            place.plan(cloudwatch("http://127.0.0.1:" + silent.getLocalPort()));
            long began = System.nanoTime();

            User.Ran ran = user.type("run --json").exits(Exit.DONE);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(25));
            Value.MapOf result = ran.lines().get(ran.lines().size() - 1);
            assertThat(((Value.ListOf) User.field(result, "notes")).values())
                    .singleElement()
                    .asString()
                    .contains("cloudwatch:Migration/Test");
        }
    }

    @Test
    void aPortThatIsTakenIsSaidAndOtherServicesGetTheFigures() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            place.plan("metrics: [\"prometheus:" + taken.getLocalPort() + "\", prometheus:a.prom]\n");

            User.Ran ran = user.type("run").exits(Exit.DONE);

            assertThat(ran.all())
                    .contains(
                            "nothing can listen on 127.0.0.1 port " + taken.getLocalPort(),
                            "Metrics were not published");
            assertThat(PrometheusLines.of(place.text("a.prom")).items("place", "files", "verified"))
                    .isEqualTo(5);
        }
    }

    @Test
    void lintNamesWhatIsNoFormOfMetrics() throws Exception {
        for (Map.Entry<String, String> wrong : Map.of(
                        "metrics: datadog:x",
                        "\"metrics\" cannot be \"datadog:x\"",
                        "metrics: prometheus:99999",
                        "at a port, a HOST:PORT or in a file whose name ends in .prom",
                        "metrics: prometheus:figures.txt",
                        "at a port, a HOST:PORT or in a file whose name ends in .prom",
                        "metrics: \"cloudwatch:AWS/S3\"",
                        "does not begin with AWS/",
                        "metrics: { type: prometheus, at: 9464, region: eu-west-1 }",
                        "\"region\" means nothing to prometheus",
                        "metrics: { type: cloudwatch }",
                        "have no \"namespace\"",
                        "metrics: { type: cloudwatch, namespace: N, endpoint: \"http://u:p@h\" }",
                        "without user and password",
                        "metrics: { type: graphite, at: 1 }",
                        "\"type\" cannot be \"graphite\"",
                        "metrics: { type: prometheus, at: 9464, every: 10ms }",
                        "\"every\" must be at least 1s")
                .entrySet()) {
            place.plan(wrong.getKey() + "\n");
            assertThat(user.type("lint").exits(Exit.USAGE).err())
                    .as(wrong.getKey())
                    .contains(wrong.getValue());
        }
        for (String right : List.of(
                "metrics: cloudwatch:Migration",
                "metrics: prometheus:9464",
                "metrics: \"prometheus:0.0.0.0:9464\"",
                "metrics: [\"prometheus:[::1]:9464\", { type: cloudwatch, namespace: N, profile: work }]")) {
            place.plan(right + "\n");
            user.type("lint").exits(Exit.DONE);
        }
    }
}
