package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.FileKey;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyPlanTest {
    @ParameterizedTest
    @CsvSource({
        "s3://bucket, s3://bucket, ''",
        "s3://bucket/, s3://bucket, ''",
        "s3://bucket/a/b/, s3://bucket, a/b/",
        "s3://bucket/a/b?region=x, s3://bucket?region=x, a/b",
        "s3://bucket?region=x, s3://bucket?region=x, ''",
        "./data/, ./data/, ''",
        "./data/a.txt, ./data/, a.txt",
        "data/a.txt, ./data/, a.txt",
        "a.txt, ./, a.txt",
        "data/, ./data/, ''",
        "., ., ''",
        "../x/.., ../x/.., ''",
        "/abs/a.txt, /abs/, a.txt",
        "demo-s3:demo, demo-s3:demo, ''"
    })
    void splitsAPlaceIntoStoreAndPath(String text, String store, String path) {
        assertThat(CopyPlan.End.parse(text)).isEqualTo(new CopyPlan.End(store, path));
    }

    private static String target(String source, String target, String path) throws Exception {
        Plan plan = CopyPlan.of(
                CopyPlan.End.parse(source), CopyPlan.End.parse(target), Path.of("/here"), FilePlanTest.context());
        Move move = plan.moves().get(0);
        From from = move.from().get(0);
        Route route = Route.of(plan, move);
        assertThat(route.belongs(from, new FileKey(path))).isTrue();
        return route.target(from, FilePlanTest.file(path)).path();
    }

    @ParameterizedTest
    @CsvSource({
        "./data/, s3://b, a/x, a/x",
        "./data/, s3://b/p, a/x, p/a/x",
        "./data/, s3://b/p/, a/x, p/a/x",
        "./data/x, s3://b/p/, x, p/x",
        "./data/x, s3://b/p, x, p",
        "./data/x, s3://b, x, x",
        "s3://b/p/, ./out/, p/q/x, q/x",
        "s3://b/p/x, ./out/, p/x, x",
        "./data/, s3://b/$${file.name}/, x, $${file.name}/x"
    })
    void givesEachFileItsPlace(String source, String target, String path, String expected) throws Exception {
        assertThat(target(source, target, path)).isEqualTo(expected);
    }

    @Test
    void hasANameThatDependsOnBothEnds() throws Exception {
        CopyPlan.End data = CopyPlan.End.parse("./data/");
        Path here = Path.of("/here");
        Plan plan = CopyPlan.of(data, CopyPlan.End.parse("s3://b/p/"), here, FilePlanTest.context());
        Plan same = CopyPlan.of(data, CopyPlan.End.parse("s3://b/p"), here, FilePlanTest.context("limits.parallel=2"));
        Plan other = CopyPlan.of(data, CopyPlan.End.parse("s3://b/q"), here, FilePlanTest.context());
        assertThat(plan.name())
                .matches("copy-[0-9a-f]{12}")
                .isEqualTo(same.name())
                .isNotEqualTo(other.name());
        assertThat(same.moves().get(0).limits().parallel()).isEqualTo(2);
        assertThat(Plans.parseJson(plan.json(), FilePlanTest.context())).isEqualTo(plan);
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> CopyPlan.of(
                        CopyPlan.End.parse("gs://b/"),
                        CopyPlan.End.parse("s3://b"),
                        Path.of("/"),
                        FilePlanTest.context()))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith("copy: no store has URLs that begin with \"gs:\"");
    }
}
