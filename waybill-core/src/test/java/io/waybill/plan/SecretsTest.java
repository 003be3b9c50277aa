package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waybill.store.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static final String SENTINEL = "SeNtInEl7";

    private static Plan plan(Path folder, String store) throws PlanException {
        String yaml = "waybill: 1\nname: p\nstores:\n  a: " + store + "\nmoves:\n  - from: a:t\n    to: a:u\n";
        return Plans.parse("waybill.yaml", yaml.getBytes(StandardCharsets.UTF_8), folder, context());
    }

    private static PlanContext context() {
        Map<String, String> environment =
                Map.of("PW", SENTINEL, "URL", "postgresql://me:" + SENTINEL + "@h/d", "HOST", "h");
        return new PlanContext(SampleProvider.all(), environment::get, List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ type: postgresql, host: h, database: d, user: me, password: \"${env.PW}\" }",
                "{ type: postgresql, host: h, database: d, user: me, password: \"${file:secret.txt}\" }",
                "${env.URL}",
                "postgresql://me:${env.PW}@${env.HOST}/d",
                "{ url: \"postgresql://me@h/d\", password: \"${env.PW}\" }"
            })
    void comesFromTheEnvironmentOrAFileAndStaysOutOfTheStoredPlan(String store, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("secret.txt"), SENTINEL + "\n");
        Plan plan = plan(folder, store);
        assertThat(plan.store("a").secrets()).containsEntry("password", new Secret(SENTINEL));
        assertThat(plan.store("a").settings(folder, name -> null).options()).containsEntry("password", SENTINEL);
        assertThat(plan.warnings()).isEmpty();
        assertThat(plan.json()).doesNotContain(SENTINEL);
        assertThat(plan.toString()).doesNotContain(SENTINEL);
        assertThat(Plans.parseJson(plan.json(), context())).isEqualTo(plan);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ type: postgresql, host: h, database: d, user: me, password: SeNtInEl7 }",
                "{ type: postgresql, host: h, database: d, user: me, password: \"SeNt${env.NOTHING}\" }",
                "postgresql://me:SeNtInEl7@h/d",
                "postgresql://me:SeNtInEl7@${env.HOST}/d",
                "{ url: \"postgresql://me:SeNtInEl7@h/d\", user: you }"
            })
    void isWarnedOfWhenItStandsInThePlanAndIsNotKept(String store, @TempDir Path folder) throws Exception {
        PlanContext context =
                new PlanContext(SampleProvider.all(), Map.of("NOTHING", "InEl7", "HOST", "h")::get, List.of());
        String yaml = "waybill: 1\nname: p\nstores:\n  a: " + store + "\nmoves:\n  - from: a:t\n    to: a:u\n";
        Plan plan = Plans.parse("waybill.yaml", yaml.getBytes(StandardCharsets.UTF_8), folder, context);
        assertThat(plan.store("a").secrets()).containsEntry("password", new Secret(SENTINEL));
        assertThat(plan.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.message())
                        .isEqualTo("the password of store \"a\" stands in the plan for all to read"));
        assertThat(plan.json()).doesNotContain("SeNt");
        assertThat(plan.toString()).doesNotContain("SeNt");
        Plan again = Plans.parseJson(plan.json(), context);
        assertThat(again.store("a").options()).isEqualTo(plan.store("a").options());
        assertThat(again.store("a").secrets()).isEmpty();
    }

    @Test
    void staysOutOfMessages(@TempDir Path folder) {
        PlanException e = catchThrowableOfType(
                PlanException.class,
                () -> plan(folder, "{ type: s3, bucket: b, part_size: \"${env.PW}\", regoin: \"${env.PW}\" }"));
        assertThat(e.getMessage()).doesNotContain(SENTINEL).contains("not \"${env.PW}\"");
    }
}
