package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user sees for each mistake: the place, the cause, what was probably meant. */
class BadPlanTest {
    private static final String HEAD = """
            waybill: 1
            name: p
            stores:
              disk: ./data
              s3: s3://bucket?region=us-east-1
              db: { type: postgresql, host: h, database: d }
            moves:
            """;

    /** The file {@code bad-plans.txt}: cases parted by lines of equals signs, plan and messages by a line of dashes. */
    static Stream<String[]> cases() throws Exception {
        List<String[]> cases = new ArrayList<>();
        try (var in = BadPlanTest.class.getResourceAsStream("bad-plans.txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String one : all.split("\n=====\n")) {
                String[] parts = one.split("\n-----\n", 2);
                cases.add(new String[] {parts[0].replace("<HEAD>\n", HEAD), parts.length > 1 ? parts[1].strip() : ""});
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatIsWrong(String yaml, String expected) {
        PlanException e = catchThrowableOfType(PlanException.class, () -> FilePlanTest.plan(yaml));
        assertThat(e).as(yaml).isNotNull();
        String[] lines = e.getMessage().split("\n");
        String problems = String.join("\n", List.of(lines).subList(0, lines.length - 1));
        assertThat(problems).as(yaml).isEqualTo(expected);
    }

    @Test
    void listsAllProblemsAtOnceWithTheirNotesInOneColumn() {
        String yaml = HEAD + """
                  - from: disk:feeds/
                    to: s4:x/
                    exist: skip
                    where: file.sise > 5
                """;
        PlanException e = catchThrowableOfType(PlanException.class, () -> FilePlanTest.plan(yaml));
        assertThat(e).hasMessage("""
                waybill.yaml:9:9: store "s4" is not defined -> did you mean "s3"?   defined at line 3: disk, s3, db
                waybill.yaml:10:5: unknown key "exist" -> did you mean "exists"?    values: same_ok, skip, fail, replace
                waybill.yaml:11:12: in "where": no "file.sise" -> did you mean "file.size"?
                3 problems, nothing was started (exit 2). More: waybill help plan-file""");
        assertThat(e.problems()).extracting(Problem::line).containsExactly(9, 10, 11);
    }
}
