package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilePlanTest {
    private static final String RESEARCH = """
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
        PlanContext context =
                new PlanContext(SampleProvider.all(), Map.of("HOME", "/home/me")::get, List.of(overrides));
        return Plans.parse("waybill.yaml", yaml.getBytes(StandardCharsets.UTF_8), Path.of("/plans"), context);
    }

    static FileItem file(String path) {
        return new FileItem(new FileKey(path), 12, Instant.EPOCH, Version.NONE, Map.of(), null, null);
    }

    @Test
    void routesResearchFilesBelowTheRootPrefix() throws Exception {
        Plan plan = plan(RESEARCH);
        Move move = plan.moves().get(0);
        Route route = Route.of(plan, move);
        From feeds = move.from().get(0);

        assertThat(move.name()).isEqualTo("move1");
        assertThat(move.rows()).isFalse();
        assertThat(move.from())
                .extracting(From::group)
                .containsExactly(
                        "feeds", "generated_feeds", "ml_inference_ime/active", "study_user_activity/create/like/cache");
        assertThat(route.target(feeds, file("feeds/2024/a.parquet")))
                .isEqualTo(new FileKey("bluesky_research/2024_nature_paper_study_data/feeds/2024/a.parquet"));
        assertThat(route.belongs(feeds, new FileKey("feeds_old/a"))).isFalse();
        assertThat(plan.store("s3").options())
                .containsEntry("bucket", "bluesky-research")
                .containsEntry("region", "us-east-2");
    }
}
