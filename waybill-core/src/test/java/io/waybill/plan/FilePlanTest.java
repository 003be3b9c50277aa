package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.mapping.MappingException;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePlanTest {
    static final String RESEARCH = """
            waybill: 1
            name: bluesky-archive
            stores:
              disk: ./data
              s3: s3://bluesky-research?region=us-east-2
            moves:
              - from:
                  - disk:feeds/
                  - disk:generated_feeds/
                  - disk:ml_inference_ime/active/
                  - disk:study_user_activity/create/like/cache/
                to: s3:bluesky_research/2024_nature_paper_study_data/
            """;

    static Plan plan(String yaml, String... overrides) throws PlanException {
        return Plans.parse(
                "waybill.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of("/plans"), context(overrides));
    }

    static PlanContext context(String... overrides) {
        Map<String, String> environment = Map.of("BUCKET", "b-from-env", "DB_PASSWORD", "s3cr3t", "URL", "./from-env");
        return new PlanContext(SampleProvider.all(), environment::get, List.of(overrides));
    }

    static FileItem file(String path) {
        return new FileItem(new FileKey(path), 12_000_000, Instant.EPOCH, Version.NONE, Map.of(), null, null);
    }

    private static Move move(String move) throws PlanException {
        String head = "waybill: 1\nname: p\nstores: { disk: ./data, s3: 's3://bucket' }\nmoves:\n";
        return plan(head + move).moves().get(0);
    }

    private static String target(String from, String to, String path) throws Exception {
        String yaml = "waybill: 1\nname: p\nvars: { year: 2024 }\nstores: { disk: ./data, s3: 's3://bucket' }\nmoves:\n"
                + "  - from: \"" + from + "\"\n    to: \"" + to + "\"\n";
        Plan plan = plan(yaml);
        Move move = plan.moves().get(0);
        Route route = Route.of(plan, move);
        From entry = move.from().get(0);
        return route.belongs(entry, new FileKey(path))
                ? route.target(entry, file(path)).path()
                : "-";
    }

    @Test
    void routesResearchFilesBelowTheRootPrefix() throws Exception {
        Plan plan = plan(RESEARCH);
        Move move = plan.moves().get(0);
        Route route = Route.of(plan, move);
        From feeds = move.from().get(0);
        From likes = move.from().get(3);

        assertThat(move.name()).isEqualTo("move1");
        assertThat(move.rows()).isFalse();
        assertThat(move.from())
                .extracting(From::group)
                .containsExactly(
                        "feeds", "generated_feeds", "ml_inference_ime/active", "study_user_activity/create/like/cache");
        assertThat(route.target(feeds, file("feeds/2024/a.parquet")))
                .isEqualTo(new FileKey("bluesky_research/2024_nature_paper_study_data/feeds/2024/a.parquet"));
        assertThat(route.target(likes, file("study_user_activity/create/like/cache/p=1/x y.parquet"))
                        .path())
                .isEqualTo("bluesky_research/2024_nature_paper_study_data/"
                        + "study_user_activity/create/like/cache/p=1/x y.parquet");
        assertThat(route.group(feeds, file("feeds/a"))).isEqualTo("feeds");
        assertThat(feeds.selection().collection()).isEqualTo("feeds/");
        assertThat(plan.store("s3").options())
                .containsEntry("bucket", "bluesky-research")
                .containsEntry("region", "us-east-2")
                .containsEntry("part_size", "16777216");
        assertThat(plan.store("disk").settings(plan.folder(), name -> null).option("root"))
                .isEqualTo("./data");
    }

    @ParameterizedTest
    @CsvSource({
        "disk:feeds/, s3:x/, feeds/a/b.txt, x/feeds/a/b.txt",
        "disk:feeds/, s3:x/, feeds_old/b.txt, -",
        "disk:feeds/, s3:x/, feeds, -",
        "disk:, s3:, a/b.txt, a/b.txt",
        "disk:, s3:x/, a/b.txt, x/a/b.txt",
        "disk:feeds/, s3:x/${file.below}, feeds/a/b.txt, x/a/b.txt",
        "disk:feeds/, s3:x/${file.name}, feeds/a/b.txt, x/b.txt",
        "disk:feeds/, s3:${vars.year}/${file.ext}/, feeds/b.txt, 2024/txt/feeds/b.txt",
        "disk:feeds/, s3:a$${b}/, feeds/b.txt, a${b}/feeds/b.txt",
        "disk:a.txt, s3:b.txt, a.txt, b.txt",
        "disk:d/a.txt, s3:x/, d/a.txt, x/d/a.txt",
        "disk:d/a.txt, s3:x/${file.below}, d/a.txt, x/a.txt",
        "disk:d/a.txt, s3:x/, d/a.txt.old, -",
        "disk:*.csv, s3:x/, a.csv, x/a.csv",
        "disk:*.csv, s3:x/, d/a.csv, -",
        "disk:**/*.csv, s3:x/, a.csv, x/a.csv",
        "disk:**/*.csv, s3:x/, d/e/a.csv, x/d/e/a.csv",
        "disk:d/**, s3:x/${file.below}, d/e/a.csv, x/e/a.csv",
        "disk:d/p=*/x.csv, s3:x/${file.below}, d/p=1/x.csv, x/p=1/x.csv",
        "disk:d/p=*/x.csv, s3:x/, d/p=1/e/x.csv, -",
        "disk:d/**/x, s3:x/, d/x, x/d/x",
        "disk:d/**/x, s3:x/, d/ax, -",
        "disk:${vars.year}/, s3:x/, 2024/a, x/2024/a",
        "disk:a[1]/, s3:x/, a[1]/b?c, x/a[1]/b?c"
    })
    void givesEachFileItsTarget(String from, String to, String path, String expected) throws Exception {
        assertThat(target(from, to, path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"disk:d/**, s3:${file.below}", "disk:d/, s3:x/"})
    void keepsEveryByteOfAName(String from, String to) throws Exception {
        FileKey odd = FileKey.ofBytes(new byte[] {'d', '/', (byte) 0xff, ' ', (byte) 0x80, '$', '{'});
        assertThat(new FileKey(target(from, to, odd.path())).bytes()).endsWith((byte) 0xff, ' ', (byte) 0x80, '$', '{');
    }

    @Test
    void listsWhatAPatternCanMatchAndNoMore() {
        assertThat(new From("disk", "a/b*/c").selection().collection()).isEqualTo("a/");
        assertThat(new From("disk", "**").selection().collection()).isEmpty();
        assertThat(new From("disk", "a/b/").selection().collection()).isEqualTo("a/b/");
        assertThat(new From("disk", "").group()).isEqualTo("disk");
    }

    @Test
    void refusesAnEmptyKeyAndLeavesOddOnesToTheTargetStore() throws Exception {
        assertThat(target("disk:d/**", "s3:${replace(file.below, 'x', '..')}", "d/x/a"))
                .isEqualTo("../a");
        assertThatThrownBy(() -> target("disk:d/**", "s3:${file.ext}", "d/a"))
                .isInstanceOf(MappingException.class)
                .hasMessage("the key is empty");
    }

    @Test
    void filtersAndGroupsByExpression() throws Exception {
        String move = """
              - from: disk:a/
                to: s3:x/
                where: file.size > mb(10) && !file.name.startsWith('.')
                group: file.ext
            """;
        Plan plan = plan("waybill: 1\nname: p\nstores: { disk: ./data, s3: 's3://bucket' }\nmoves:\n" + move);
        Route route = Route.of(plan, plan.moves().get(0));
        From from = plan.moves().get(0).from().get(0);
        assertThat(route.wants(from, file("a/x.csv"))).isTrue();
        assertThat(route.wants(from, file("a/.x.csv"))).isFalse();
        assertThat(route.group(from, file("a/x.csv"))).isEqualTo("csv");
    }

    @Test
    void fillsInTheDefaults() throws Exception {
        Move move = move("  - from: disk:a/\n    to: s3:x/\n");
        assertThat(move.exists()).isEqualTo(Exists.SAME_OK);
        assertThat(move.verify()).isEqualTo(Verify.AUTO);
        assertThat(move.onError()).isEqualTo(OnError.CONTINUE);
        assertThat(move.source()).isEqualTo(AfterMove.KEEP);
        assertThat(move.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(move.exclusive()).isFalse();
    }

    @Test
    void takesTheNearestValueAndOfLimitsOneByOne() throws Exception {
        Plan plan = plan("""
            waybill: 1
            name: p
            stores: { disk: ./data, s3: "s3://bucket" }
            exists: skip
            verify: read
            source: delete
            limits: { parallel: 4, retries: 0, bytes_per_second: 10 MiB, timeout: 1m30s }
            moves:
              - from: disk:a/
                to: s3:x/
              - name: second
                from: disk:b/
                to: s3:x/
                exists: replace
                on_error: stop
                after: move1
                limits: { retries: 9, memory: 256MB, batch: 25, requests_per_second: 100 }
            """);
        Move first = plan.moves().get(0);
        Move second = plan.moves().get(1);
        assertThat(first.exists()).isEqualTo(Exists.SKIP);
        assertThat(first.limits())
                .isEqualTo(new Limits(4, 10_485_760L, null, 0, null, null, null, Duration.ofSeconds(90)));
        assertThat(second.exists()).isEqualTo(Exists.REPLACE);
        assertThat(second.verify()).isEqualTo(Verify.READ);
        assertThat(second.source()).isEqualTo(AfterMove.DELETE);
        assertThat(second.onError()).isEqualTo(OnError.STOP);
        assertThat(second.after()).containsExactly("move1");
        assertThat(second.limits())
                .isEqualTo(new Limits(4, 10_485_760L, 100, 9, 256_000_000L, 25, null, Duration.ofSeconds(90)));
    }

    @Test
    void readsStoresInEveryForm() throws Exception {
        Plan plan = plan("""
            waybill: 1
            name: p
            vars: { place: eu-west-1 }
            stores:
              a: ./data
              b: /abs/data
              c: { type: s3, bucket: "${env.BUCKET}", region: "${vars.place}", path_style: true, part_size: 0x10 }
              d: demo-s3:demo
              e: { url: "s3://bucket", region: eu-north-1 }
              f: dynamodb://us-east-1
              g: sqlite:app.db
              h: ${env.URL}
              i: { type: s3, bucket: 12 }
            moves: [ { from: "a:x/", to: "c:y/" } ]
            """.replace("0x10", "16"));
        assertThat(plan.store("a").options()).containsEntry("root", "./data");
        assertThat(plan.store("b").type()).isEqualTo("files");
        assertThat(plan.store("c").options())
                .containsEntry("bucket", "b-from-env")
                .containsEntry("region", "eu-west-1")
                .containsEntry("path_style", "true");
        assertThat(plan.store("d").options()).containsEntry("folder", "demo");
        assertThat(plan.store("e").options()).containsEntry("region", "eu-north-1");
        assertThat(plan.store("f").type()).isEqualTo("dynamodb");
        assertThat(plan.store("g").options()).containsEntry("file", "app.db");
        assertThat(plan.store("h").options()).containsEntry("root", "./from-env");
        assertThat(plan.store("i").options()).containsEntry("bucket", "12");
        assertThat(plan.warnings()).isEmpty();
    }
}
