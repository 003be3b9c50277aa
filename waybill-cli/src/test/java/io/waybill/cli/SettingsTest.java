package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flag, environment, plan, configuration, default: the first that says something wins, and doctor says which it was. */
class SettingsTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder).env("XDG_CONFIG_HOME", folder.resolve("xdg").toString());
    }

    @Test
    void theLedgerIsWhereTheNearestSettingSays() throws Exception {
        user.type("plan").exits(Exit.DONE);
        assertThat(place.has(".waybill/place.db")).isTrue();

        place.file("xdg/waybill/config", "ledger = configured.db\n");
        user.type("plan").exits(Exit.DONE);
        assertThat(place.has("configured.db")).isTrue();

        place.plan("ledger: planned.db\n");
        user.type("plan").exits(Exit.DONE);
        assertThat(place.has("planned.db")).isTrue();

        user.env("WAYBILL_LEDGER", "environment.db");
        user.type("plan").exits(Exit.DONE);
        assertThat(place.has("environment.db")).isTrue();

        user.type("plan --ledger flag.db").exits(Exit.DONE);
        assertThat(place.has("flag.db")).isTrue();
        assertThat(user.type("doctor --ledger flag.db").exits(Exit.DONE).out()).contains("flag.db   (flag --ledger)");
        assertThat(user.type("doctor").exits(Exit.DONE).out())
                .contains("environment.db   (environment WAYBILL_LEDGER)");
    }

    @Test
    void theLedgerOfAPlanInAnotherFolderStandsBesideIt() throws Exception {
        Place.in(Files.createDirectories(folder.resolve("sub")));

        user.type("plan -f sub/waybill.yaml").exits(Exit.DONE);

        assertThat(place.has("sub/.waybill/place.db")).isTrue();
    }

    @Test
    void limitsComeFromTheEnvironment() {
        assertThat(user.env("WAYBILL_LIMITS_PARALLEL", "none")
                        .type("lint")
                        .exits(Exit.USAGE)
                        .err())
                .contains("parallel", "none");
        user.env("WAYBILL_LIMITS_PARALLEL", "3").type("lint").exits(Exit.DONE);
        assertThat(user.type("doctor").exits(Exit.DONE).out()).contains("(environment WAYBILL_LIMITS_PARALLEL)");
    }

    @Test
    void anUnknownSettingInTheConfigurationIsAnError() throws Exception {
        place.file("xdg/waybill/config", "progres = none\n");

        assertThat(user.type("plan").exits(Exit.USAGE).err()).contains("unknown setting progres");
    }

    @Test
    void variablesComeFromAFile() throws Exception {
        place.file("waybill.yaml", Place.PLAN.replace("./out", "${env.TARGET}"))
                .file("x.env", "# c\nexport TARGET='./there'\n");

        assertThat(user.type("run").exits(Exit.USAGE).err()).contains("TARGET is not set");
        user.type("run --env-file x.env").exits(Exit.DONE);
        assertThat(place.has("there/notes/a.txt")).isTrue();
        user.env("TARGET", "./set")
                .type("run --env-file x.env --new --ledger l.db")
                .exits(Exit.DONE);
        assertThat(place.has("set/notes/a.txt")).isTrue();
    }

    @Test
    void thePlanComesFromStandardInput() throws Exception {
        Files.delete(folder.resolve("waybill.yaml"));

        user.piped(Place.PLAN).type("run -f -").exits(Exit.DONE);

        assertThat(place.has("out/notes/a.txt")).isTrue();
        assertThat(user.piped("").type("status").exits(Exit.DONE).out()).contains("5 verified");
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        user.type("run").exits(Exit.DONE);
        assertThat(user.type("status").out()).doesNotContain("\u001b");
        assertThat(user.atTerminal(80).type("status").out()).contains("\u001b[");
        assertThat(user.atTerminal(80).type("status --no-color").out()).doesNotContain("\u001b");
        assertThat(user.env("NO_COLOR", "1").type("status").out()).doesNotContain("\u001b");
        assertThat(new User(folder)
                        .atTerminal(80)
                        .env("TERM", "dumb")
                        .type("status")
                        .out())
                .doesNotContain("\u001b");
    }

    @Test
    void quietLeavesOnlyResults() {
        User.Ran ran = user.type("run -q").exits(Exit.DONE);

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).contains("5 verified");
    }

    @Test
    void aLogIsKeptPerRunAsTextOrJson() throws Exception {
        user.type("run --log-file run.log").exits(Exit.DONE);
        user.type("verify --log-file v.log --log-format json --log-level debug").exits(Exit.DONE);

        assertThat(place.has("run.log")).isTrue();
        place.text("v.log")
                .lines()
                .forEach(line -> assertThat(io.waybill.value.Json.parse(line)).isNotNull());
        assertThat(user.type("run --log-level loud").exits(Exit.USAGE).err())
                .contains("error, warn, info, debug, trace");
        assertThat(user.type("run --progress fancy").exits(Exit.USAGE).err()).contains("auto, bar, plain, json, none");
    }
}
