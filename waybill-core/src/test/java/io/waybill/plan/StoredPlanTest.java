package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoredPlanTest {
    static List<String> plans() {
        return Samples.ALL;
    }

    @ParameterizedTest
    @MethodSource("plans")
    void comesBackAsItWas(String yaml) throws Exception {
        Plan plan = FilePlanTest.plan(yaml);
        Plan again = Plans.parseJson(plan.json(), FilePlanTest.context());
        assertThat(again).isEqualTo(plan);
        assertThat(again.json()).isEqualTo(plan.json());
    }

    @Test
    void keepsWhatTheCommandLineChanged() throws Exception {
        Plan plan = FilePlanTest.plan(FilePlanTest.RESEARCH, "limits.batch=25", "stores.s3.region=eu-west-1");
        Plan again = Plans.parseJson(plan.json(), FilePlanTest.context());
        assertThat(again.moves().get(0).limits().batch()).isEqualTo(25);
        assertThat(again.store("s3").options()).containsEntry("region", "eu-west-1");
    }

    @Test
    void saysThatATextIsNoPlan() {
        for (String json :
                List.of("", "{}", "[]", "{\"file\":1}", "{\"file\":\"a\",\"folder\":\"b\",\"plan\":3}", "{")) {
            assertThatThrownBy(() -> Plans.parseJson(json, FilePlanTest.context()))
                    .isInstanceOf(PlanException.class)
                    .hasMessageStartingWith("the stored plan: ");
        }
    }

    @Test
    void fingerprintsOfTheSamePlanStayTheSameFromReleaseToRelease() throws Exception {
        Fingerprint fingerprint = Fingerprint.of(
                FilePlanTest.plan(FilePlanTest.RESEARCH),
                Map.of("disk", "files:/plans/data", "s3", "s3:bluesky-research"));
        assertThat(fingerprint.canonical())
                .isEqualTo("{\"moves\":{\"move1\":{\"from\":[\"disk:feeds/\",\"disk:generated_feeds/\","
                        + "\"disk:ml_inference_ime/active/\",\"disk:study_user_activity/create/like/cache/\"],"
                        + "\"to\":\"s3:bluesky_research/2024_nature_paper_study_data/\"}},"
                        + "\"namespace\":\"bluesky-archive\","
                        + "\"stores\":{\"disk\":\"files:/plans/data\",\"s3\":\"s3:bluesky-research\"},\"vars\":{}}");
        assertThat(fingerprint.digest()).isEqualTo("02a0485afd79eb2f447d913f93cb251e2c177b2650f44106250fbf1ebdf458f1");
    }

    private static Fingerprint fingerprint(String yaml, String... overrides) throws PlanException {
        Map<String, String> identities = Map.of("disk", "d", "s3", "s", "db", "b", "aws", "a");
        return Fingerprint.of(FilePlanTest.plan(yaml, overrides), identities);
    }

    @Test
    void fingerprintsIgnoreHowAPlanIsCarriedOut() throws Exception {
        Fingerprint before = fingerprint(FilePlanTest.RESEARCH);
        Fingerprint after = fingerprint(
                FilePlanTest.RESEARCH,
                "exists=skip",
                "verify=read",
                "on_error=stop",
                "limits.parallel=3",
                "source=delete");
        assertThat(after).isEqualTo(before);
        assertThat(Fingerprint.difference(before.canonical(), after.canonical()))
                .isEmpty();
    }

    @Test
    void fingerprintsTellWhatIsDifferent() throws Exception {
        String yaml = """
                waybill: 1
                name: p
                vars: { n: 1, host: "${env.BUCKET}" }
                stores: { disk: ./data, s3: "s3://bucket" }
                moves:
                  - name: files
                    from: [disk:a/, disk:b/]
                    to: s3:x/
                    where: file.size > 5
                """;
        String other = yaml.replace("disk:b/", "disk:c/")
                .replace("s3:x/", "s3:y/")
                .replace("    where: file.size > 5\n", "")
                .replace("n: 1", "n: 2, k: v")
                .replace("${env.BUCKET}", "${env.DB_PASSWORD}");
        List<String> lines = Fingerprint.difference(
                fingerprint(yaml).canonical(), fingerprint(other).canonical());
        assertThat(lines)
                .containsExactly(
                        "moves.files.from: disk:a/, disk:b/ -> disk:a/, disk:c/",
                        "moves.files.to: s3:x/ -> s3:y/",
                        "moves.files.where: removed file.size > 5",
                        "vars.host: changed",
                        "vars.k: added text v",
                        "vars.n: integer 1 -> integer 2");
        assertThat(fingerprint(other).canonical()).doesNotContain("s3cr3t");
    }
}
