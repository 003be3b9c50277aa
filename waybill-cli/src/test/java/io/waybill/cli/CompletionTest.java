package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {
    @TempDir
    Path folder;

    private Path script(String shell) throws IOException {
        String text = new User(folder).run("completion", shell).exits(Exit.DONE).out();
        return Files.writeString(folder.resolve("completion." + shell), text);
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", List.of(command), text).isZero();
        return text;
    }

    private static boolean has(String program) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + program)
                        .redirectErrorStream(true)
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void theBashScriptIsRight() throws Exception {
        output("bash", "-n", script("bash").toString());
    }

    @ParameterizedTest
    @CsvSource({
        "waybill ver, verify version",
        "waybill run --fa, --failed",
        "waybill items --state conf, conflict",
        "waybill init s3-to-, s3-to-files s3-to-s3",
        "waybill ledger ex, export",
        "waybill help exit, exit-codes",
        "waybill --js, --json"
    })
    void bashCompletes(String line, String expected) throws Exception {
        String[] words = line.split(" ");
        String test = "source " + script("bash") + "; COMP_WORDS=(" + line + "); COMP_CWORD=" + (words.length - 1)
                + "; _waybill; echo ${COMPREPLY[@]}";

        assertThat(output("bash", "-c", test).strip()).isEqualTo(expected);
    }

    @Test
    void theZshScriptIsRight() throws Exception {
        assertThat(Files.readString(script("zsh"))).startsWith("#compdef waybill");
        assumeThat(has("zsh")).as("zsh is installed: apt-get install zsh").isTrue();
        output("zsh", "-n", script("zsh").toString());
    }

    @Test
    void theFishScriptIsRight() throws Exception {
        assertThat(Files.readString(script("fish"))).contains("-a verify", "-l failed");
        assumeThat(has("fish")).as("fish is installed: apt-get install fish").isTrue();
        output("fish", "--no-execute", script("fish").toString());
    }

    @Test
    void anotherShellIsNamed() {
        assertThat(new User(folder).type("completion tcsh").exits(Exit.USAGE).err())
                .contains("bash, zsh, fish");
    }
}
