package io.waybill.cli;

import static io.waybill.cli.Studios.A;
import static io.waybill.cli.Studios.B;
import static io.waybill.cli.Studios.N1;
import static io.waybill.cli.Studios.N2;
import static io.waybill.cli.Studios.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.Failpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row may name a folder: all that stands below it goes, each object with an account of its own. */
class ClosureFoldersTest {
    private static final String FOLDER = A + "/" + N2 + "/output";
    private static final String PLAN =
            ROWS.replace("where: \"!row.soft_link\"", "where: \"!row.soft_link\", folder: row.directory");

    @TempDir
    Path folder;

    private Studios studios;
    private User user;
    private final Map<String, String> expected = new TreeMap<>();

    @BeforeEach
    void makeStudios() throws Exception {
        studios = Studios.in(folder);
        user = studios.user;
        studios.project(A, "first", 21, false, N1, N2);
        expected.put(studios.file(A, N1, "one.bin", "the first"), "the first");
        studios.row(A, N2, "the folder", FOLDER);
        studios.server.execute(studios.source, "UPDATE files SET directory = true WHERE id = 'the folder'");
        for (String name : new String[] {"a.txt", "deep/b[1].txt", "deep//c", "d"}) {
            put(name, "content of " + name);
            expected.put(FOLDER + "/" + name, "content of " + name);
        }
        studios.from.put(FOLDER + "-2/e", new byte[] {1}); // begins alike, and is another folder
        studios.plan(PLAN);
    }

    @AfterEach
    void close() {
        Failpoint.arm(null);
        studios.close();
    }

    private void put(String name, String content) {
        studios.from.put(FOLDER + "/" + name, content.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, String> moved() {
        return Studios.objects(studios.to);
    }

    @Test
    void everyObjectBelowItGoesAndComesBack() throws Exception {
        assertThat(user.type("plan").exits(Exit.DONE).all()).contains("rows of files in 1 unit name 5 objects");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("8 verified");

        assertThat(moved()).isEqualTo(expected);
        assertThat(studios.rows()).isEqualTo("1 0 2");
        assertThat(studios.ask("SELECT bucket || ' ' || entity_tag FROM files WHERE directory"))
                .isEqualTo("new-bucket old tag");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("8 same");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("r2: Done", "3 same");
        assertThat(user.type("plan").exits(Exit.DONE).all())
                .contains("5 objects of rows of files moved in earlier runs");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(moved()).isEmpty();
        assertThat(studios.rows()).isEqualTo("0 0 0");
    }

    @Test
    void whereTheFolderGoesIsForToToSay() throws Exception {
        studios.plan(PLAN.replace("new:${row.object}", "new:moved/${row.id}"));
        user.type("run").exits(Exit.DONE);
        assertThat(moved()).containsKey("moved/the folder/deep/b[1].txt").hasSize(5);
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);

        studios.plan(PLAN.replace("new:${row.object}", "new:kept/"));
        user.type("run --new").exits(Exit.DONE);
        assertThat(moved()).containsKey("kept/" + FOLDER + "/deep/b[1].txt").hasSize(5);
    }

    @Test
    void aFolderWithNothingInItIsToldBeforeAnythingIsWritten() throws Exception {
        studios.row(A, N2, "empty", A + "/" + N2 + "/empty/");
        studios.server.execute(studios.source, "UPDATE files SET directory = true WHERE id = 'empty'");

        assertThat(user.type("run").exits(Exit.REFUSED).err())
                .contains("files[id=empty] names the folder", "/empty/, and nothing stands below it");

        assertThat(moved()).isEmpty();
        assertThat(studios.rows()).isEqualTo("0 0 0");
    }

    @Test
    void whatIsInTheWayOfOneObjectIsToldBeforeAnythingIsWritten() throws Exception {
        studios.to.put(FOLDER + "/d", new byte[] {1});

        assertThat(user.type("run").exits(Exit.REFUSED).err())
                .contains("1 thing is in its way", "output/d, and another object stands at");

        assertThat(studios.rows()).isEqualTo("0 0 0");
        assertThat(moved()).containsOnlyKeys(FOLDER + "/d");
    }

    @Test
    void anObjectThatComesDuringTheRunKeepsTheUnitBack() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Failpoint.arm(point -> {
            if (point.equals("before-write") && done.compareAndSet(false, true)) {
                put("new", "new");
            }
        });

        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(user.type("items --failed").out()).contains("output/new, which was not listed for it");
        assertThat(studios.rows()).isEqualTo("0 0 0");
        user.type("run").exits(Exit.DONE);
        expected.put(FOLDER + "/new", "new");
        assertThat(moved()).isEqualTo(expected);
        assertThat(studios.rows()).isEqualTo("1 0 2");
    }

    @Test
    void anObjectThatIsGoneBeforeItIsCopiedKeepsTheUnitBack() throws Exception {
        user.type("plan").exits(Exit.DONE);
        studios.from.delete(FOLDER + "/d");

        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(user.type("items --failed").out()).contains("output/d, which is not proven at");
        assertThat(studios.rows()).isEqualTo("0 0 0");

        user.type("run --new").exits(Exit.DONE);
        expected.remove(FOLDER + "/d");
        assertThat(moved()).isEqualTo(expected);
        assertThat(studios.rows()).isEqualTo("1 0 2");
    }

    @Test
    void aRunThatDiedAmongTheObjectsOfAFolderGoesOn() throws Exception {
        assertThat(DyingCommand.run(folder, studios.environment(), "s3-after-copy", 3, java.util.List.of("run")))
                .isEqualTo(DyingCommand.DIED);

        user.type("run").exits(Exit.DONE);

        assertThat(moved()).isEqualTo(expected);
        assertThat(studios.rows()).isEqualTo("1 0 2");
    }

    @Test
    void anotherProjectMayNameAnObjectOfTheFolder() throws Exception {
        studios.project(B, "second", 21, false, N1);
        studios.row(B, N1, "shared", FOLDER + "/d");
        studios.plan(PLAN.replace("where: row.uuid == '" + A + "'\n", ""));

        user.type("run").exits(Exit.DONE);

        assertThat(moved()).isEqualTo(expected);
        assertThat(studios.rows()).isEqualTo("2 0 3");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(moved()).isEmpty();
    }

    @Test
    void withoutTheWordTheFolderIsAnObjectThatIsMissing() throws Exception {
        studios.plan(ROWS);

        assertThat(user.type("run").exits(Exit.REFUSED).err())
                .contains("files[id=the folder] names", "no file is there");

        assertThat(studios.rows()).isEqualTo("0 0 0");
    }

    @Test
    void aWrongConditionIsToldBeforehand() throws Exception {
        studios.plan(PLAN.replace("folder: row.directory", "folder: row.directorie"));
        assertThat(user.type("plan").exits(Exit.USAGE).err()).contains("directorie", "did you mean \"directory\"");
        studios.plan(PLAN.replace("folder: row.directory", "folder: '1 + 1'"));
        assertThat(user.type("lint").exits(Exit.USAGE).err()).contains("\"folder\" must be true or false");
    }
}
