package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waybill.value.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverridesTest {
    private static final String PLAN = """
            waybill: 1
            name: p
            vars:
              project: { type: text }
              owner: { type: int }
              kind: a
            stores:
              disk: ./data
              s3: s3://bucket
              db: { type: postgresql, host: h, database: d, password: "${env.DB_PASSWORD}" }
            moves:
              - name: files
                from: disk:${vars.project}/
                to: s3:x/
              - from: disk:b/
                to: s3:y/
            """;

    private static Plan plan(String... more) throws PlanException {
        String[] all = new String[more.length + 2];
        all[0] = "project=alpha";
        all[1] = "owner=7";
        System.arraycopy(more, 0, all, 2, more.length);
        return FilePlanTest.plan(PLAN, all);
    }

    @Test
    void givesVariables() throws Exception {
        Plan plan = plan("kind=true");
        assertThat(plan.vars().find("project")).isEqualTo(Value.of("alpha"));
        assertThat(plan.vars().find("owner")).isEqualTo(Value.of(7));
        assertThat(plan.vars().find("kind")).isEqualTo(Value.of(true));
        assertThat(plan.moves().get(0).from().get(0).path()).isEqualTo("alpha/");
    }

    @Test
    void changesAnyValueOfThePlan() throws Exception {
        Plan plan = plan(
                "limits.batch=25",
                "exists=skip",
                "stores.s3.region=eu-west-1",
                "stores.disk=./other",
                "moves.files.verify=read",
                "moves.2.to=s3:z/",
                "stores.db.host=h2",
                "vars.kind=x=y",
                "ledger=./l.db");
        assertThat(plan.moves().get(0).limits().batch()).isEqualTo(25);
        assertThat(plan.moves().get(0).exists()).isEqualTo(Exists.SKIP);
        assertThat(plan.moves().get(0).verify()).isEqualTo(Verify.READ);
        assertThat(plan.moves().get(1).verify()).isEqualTo(Verify.AUTO);
        assertThat(plan.moves().get(1).to().text()).isEqualTo("s3:z/");
        assertThat(plan.store("s3").options())
                .containsEntry("region", "eu-west-1")
                .containsEntry("bucket", "bucket");
        assertThat(plan.store("disk").options()).containsEntry("root", "./other");
        assertThat(plan.store("db").options()).containsEntry("host", "h2");
        assertThat(plan.vars().find("kind")).isEqualTo(Value.of("x=y"));
        assertThat(plan.ledger()).isEqualTo("./l.db");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "limits.batc=5 | --set limits.batc: unknown key \"batc\" -> did you mean \"batch\"?",
                "limits.batch=many | --set limits.batch: \"batch\" must be a whole number of at least 1, not \"many\"",
                "owner=seven | --set owner: \"owner\" must be a whole number, not \"seven\"",
                "onwer=7 | --set onwer: the plan has no \"onwer\" -> did you mean \"owner\"?",
                "vars.onwer=7 | --set vars.onwer: the plan has no variable \"onwer\" -> did you mean \"owner\"?",
                "nonsense | --set nonsense: an override is PATH=VALUE, for example limits.batch=25",
                "=x | --set : an override is PATH=VALUE, for example limits.batch=25",
                "moves.fils.to=s3:q/ | --set moves.fils.to: no move \"fils\" -> a name, or a number from 1 to 2",
                "stores.s3.regoin=x | --set stores.s3.regoin: unknown option \"regoin\" of store \"s3\" -> did you mean \"region\"?",
                "exists=overwrite | --set exists: \"exists\" cannot be \"overwrite\"   values: same_ok, skip, fail, replace",
                "stores.db.password=hunter2 | --set stores.db.password: a secret cannot be given on the command line, where others can read it -> write in the plan: password: \"${env.NAME}\"",
                "stores.db=postgresql://u:hunter2@h/d | --set stores.db: a secret cannot be given on the command line, where others can read it -> write password: \"${env.NAME}\" and set NAME in the environment"
            })
    void namesTheOptionThatIsWrong(String override, String expected) {
        PlanException e = catchThrowableOfType(PlanException.class, () -> plan(override));
        assertThat(e.problems().get(0)).hasToString(expected);
        assertThat(e.getMessage()).doesNotContain("hunter2");
    }

    @Test
    void asksForVariablesThatHaveNoValue() {
        PlanException e = catchThrowableOfType(PlanException.class, () -> FilePlanTest.plan(PLAN, "owner=1"));
        assertThat(e)
                .hasMessage("waybill.yaml:4:3: variable \"project\" has no value -> --set project=VALUE\n"
                        + "1 problem, nothing was started (exit 2). More: waybill help plan-file");
    }
}
