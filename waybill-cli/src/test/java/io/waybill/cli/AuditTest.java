package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of a ledger: when who did what, and of a rollback what became of each row and object. */
class AuditTest {
    @TempDir
    Path folder;

    private MediaPlace media;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        media = new MediaPlace(folder);
        user = media.user;
        media.plan("files/${row.owner}/${row.name}", MediaPlace.TELL);
    }

    private List<String> audit() {
        return user.type("report --of audit").exits(Exit.DONE).out().lines().toList();
    }

    @Test
    void saysWhoDidWhatAndWhen() throws Exception {
        user.type("run --group 1").exits(Exit.DONE);
        user.type("run").exits(Exit.DONE);
        user.type("verify r1").exits(Exit.DONE);
        user.type("rollback r1 --batch r1.2 --yes=r1").exits(Exit.DONE);
        String me = " by " + System.getProperty("user.name") + ", process "
                + ProcessHandle.current().pid() + " on host ";

        List<String> lines = audit();

        assertThat(lines.get(0)).matches("2[0-9]{3}-.*Z  r1 +started +waybill run" + me + ".* --group 1");
        assertThat(lines.get(1)).matches(".*  r1 +stopped +3 planned, 3 verified");
        assertThat(lines.get(2)).matches(".*  r1 +started +waybill run" + me + "\\S+");
        assertThat(lines.get(3)).matches(".*  r1 +finished +6 verified");
        assertThat(lines.get(4)).matches(".*  r1 +verify started +waybill verify" + me + ".* r1: auto 100.*");
        assertThat(lines.get(5)).matches(".*  r1 +verify finished +6 same, 0 different, 0 missing, 0 extra");
        assertThat(lines.get(6)).matches(".*  r2 +rollback started +waybill rollback" + me + ".* r1 --batch r1.2");
        assertThat(lines.get(lines.size() - 1))
                .matches(".*  r2 +rollback finished +2 rolled back, 0 kept, 2 rows put back");
    }

    @Test
    void saysWhatARollbackDidToEachRowAndObject() throws Exception {
        user.type("run").exits(Exit.DONE);
        media.app.execute("UPDATE saved SET r2_key = 'theirs' WHERE id = 4");
        Files.delete(folder.resolve("media/u/f6.csv"));
        user.type("rollback r1 --yes=r1").exits(Exit.NEEDS_YOU);

        String text = String.join("\n", audit());

        assertThat(text)
                .containsPattern(
                        "r1\\.1/\\d+ +row put back +saved\\[id=1\\]  saved\\[id=1\\] has its old values: r2_key, checksum")
                .containsPattern("r1\\.1/\\d+ +rolled back +saved\\[id=1\\]  the target was removed")
                .containsPattern("r1\\.\\d/\\d+ +kept +saved\\[id=4\\]  its row could not be put back")
                .containsPattern("r1\\.\\d/\\d+ +kept +saved\\[id=6\\] .*only copy");
        String csv =
                user.type("report r1 --of audit --format csv").exits(Exit.DONE).out();
        assertThat(csv.lines().findFirst()).hasValue("time,run,kind,item,row,source,target,what,detail");
        assertThat(csv).contains(",saved[id=2],u/f2.csv,files/0/f2.csv,rolled back,the target was removed");
        assertThat(user.type("report --of audit --json").exits(Exit.DONE).out())
                .startsWith("{\"schema_version\":1,\"plan\":\"media\",\"audit\":[")
                .contains("\"row\":\"saved[id=3]\",\"source\":\"u/f3.csv\",\"target\":\"files/1/f3.csv\","
                        + "\"what\":\"rolled back\"")
                .endsWith("]}\n");
    }

    @Test
    void onlyEverGetsLonger() throws Exception {
        user.type("run --batch r1.1").exits(Exit.DONE);
        List<String> before = audit();
        for (String words : List.of("run", "verify", "rollback r1 --yes=r1", "plan", "run", "rollback r3 --yes=r3")) {
            user.type(words).exits(Exit.DONE);

            List<String> after = audit();
            assertThat(after.subList(0, before.size())).isEqualTo(before);
            before = after;
        }
        assertThat(before).hasSizeGreaterThan(30);
    }

    @Test
    void isOfOneRunOrOfAll() throws Exception {
        user.type("run").exits(Exit.DONE);
        media.row(7, 1, "u/f1.csv");
        user.type("run").exits(Exit.DONE);

        assertThat(user.type("report r2 --of audit").out()).contains("r2").doesNotContain(" r1 ");
        assertThat(user.type("report --of audit --failed").exits(Exit.USAGE).all())
                .contains("Leave out --failed");
        assertThat(user.type("report --of audit --format html")
                        .exits(Exit.USAGE)
                        .all())
                .contains("text, json or csv");
    }
}
