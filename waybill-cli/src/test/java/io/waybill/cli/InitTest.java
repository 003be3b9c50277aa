package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InitTest {
    @TempDir
    Path folder;

    @AfterEach
    void close() {
        DemoProvider.closeAll();
    }

    static java.util.List<String> templates() {
        return Templates.names();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void everyTemplateIsARightPlan(String template) throws Exception {
        User user = new User(folder);

        assertThat(user.run("init", template).exits(Exit.DONE).out()).contains("Wrote waybill.yaml");

        assertThat(Files.readString(folder.resolve("waybill.yaml")))
                .startsWith("# yaml-language-server: $schema=.waybill/plan.schema.json\nwaybill: 1\n");
        assertThat(Files.readString(folder.resolve(".waybill/plan.schema.json")))
                .contains("json-schema.org");
        user.run("lint").exits(Exit.DONE);
        assertThat(user.run("init", template).exits(Exit.REFUSED).err()).contains("exists already");
    }

    @Test
    void valuesGoIntoTheTemplate() throws Exception {
        User user = new User(folder);
        user.run("init", "files-to-s3", "--set", "name=mine", "--set", "from=/srv/a b", "--set", "to=s3://x/y?region=z")
                .exits(Exit.DONE);

        assertThat(Files.readString(folder.resolve("waybill.yaml")))
                .contains("name: mine", "disk: \"/srv/a b\"", "cloud: s3://x/y?region=z");
        user.run("lint").exits(Exit.DONE);
        assertThat(new User(folder)
                        .run("init", "-f", "b.yaml", "copy-folder", "--set", "bucket=1")
                        .exits(Exit.USAGE)
                        .err())
                .contains("no value bucket");
    }

    @Test
    void theWizardAsksForWhatItNeeds() throws Exception {
        User.Ran ran = new User(folder)
                .atTerminal(80, "1", "photos", "./pictures", "")
                .run("init")
                .exits(Exit.DONE);

        assertThat(ran.err()).contains("What do you want to move?", "1  a folder -> S3", "5  just show me");
        assertThat(Files.readString(folder.resolve("waybill.yaml")))
                .contains("name: photos", "disk: ./pictures", "cloud: s3://my-bucket?region=eu-west-1");
    }

    @Test
    void withoutATerminalItNamesTheTemplates() {
        assertThat(new User(folder).run("init").exits(Exit.USAGE).err()).contains("files-to-s3|s3-to-files");
        assertThat(new User(folder).run("init", "files-to-s4").exits(Exit.USAGE).err())
                .contains("Did you mean \"files-to-s3\"?");
    }

    @Test
    void foldersThatAreThereBecomeGroups() throws Exception {
        Place.in(folder).file("data/readme.txt", "top");
        Files.delete(folder.resolve("waybill.yaml"));
        User user = new User(folder);

        user.run("init", "--from", "./data", "--to", "s3://bucket/prefix?region=eu-west-1")
                .exits(Exit.DONE);

        assertThat(Files.readString(folder.resolve("waybill.yaml")))
                .contains("name: data", "disk: ./data", "- \"disk:notes/\"", "- \"disk:photos/\"", "- \"disk:*\"");
        user.run("lint").exits(Exit.DONE);
        assertThat(new User(folder)
                        .run("init", "-f", "c.yaml", "--from", "./nothing", "--to", "./x")
                        .exits(Exit.USAGE)
                        .err())
                .contains("WB-S01");
    }

    @Test
    void theDemoOfInitRuns() throws Exception {
        User user = new User(folder);
        assertThat(user.run("init", "demo").exits(Exit.DONE).out()).contains("demo/ with 197 sample files");

        assertThat(user.run("run").exits(Exit.DONE).out()).contains("197 verified");
    }

    @Test
    void theDemoShowsEveryCommandAndCanBeRunAgain() throws Exception {
        User user = new User(folder);
        User.Ran first = user.run("demo", "--large=1000000").exits(Exit.DONE);

        assertThat(first.err())
                .contains(
                        "$ waybill plan",
                        "$ waybill run",
                        "$ waybill status",
                        "$ waybill verify",
                        "$ waybill rollback r1 --yes=r1",
                        "Try next:");
        assertThat(first.out()).contains("211 verified", "211 same", "Rolled back 211, kept 0");
        user.run("demo", "--large=1000000").exits(Exit.DONE);
        assertThat(new User(folder.resolve("waybill-demo"))
                        .run("verify")
                        .exits(Exit.DONE)
                        .out())
                .contains("211 same");
    }

    @Test
    void theDemoLeavesOtherFoldersAlone() throws Exception {
        Place.in(folder);

        assertThat(new User(folder)
                        .run("demo", "--dir", ".")
                        .exits(Exit.REFUSED)
                        .err())
                .contains("not the demo's");
    }
}
