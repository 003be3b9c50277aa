package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done only to make starting quick has to work too, or starting is slow and nobody sees why. */
final class TrainingTest {
    @TempDir
    Path folder;

    @Test
    void runsItsPlanAndTakesItBack() throws Exception {
        Path lib = Files.createDirectory(folder.resolve("no jars"));
        Shell java = new Shell(folder);
        java.set("JAVA_TOOL_OPTIONS", "-Dwaybill.train=train -Dwaybill.lib='" + lib + "'");
        assertThat(java.child(List.of()).exit()).isZero();

        Shell shell = new Shell(folder.resolve("train"));
        Shell.Ended lint = shell.run("lint");
        assertThat(lint.exit()).as(lint.out() + lint.err()).isZero();
        assertThat(shell.run("runs").out())
                .containsPattern("r2 +rollback of r1 finished +19 rolled back ")
                .containsPattern("r1 +finished +6 same, 19 rolled back ");
    }
}
