package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands that README and getting-started show, one after the other as somebody would who follows the page. A block
 * marked {@code console} is run; in it a line that begins with {@code $} is a command, and {@code (exit N)} at its end says
 * how it ends, else with 0. Commands of the build itself are not run from within it.
 */
class CommandsInDocsTest {
    private static final Pattern BLOCK = Pattern.compile("```(console|yaml)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern EXIT = Pattern.compile("\\s+# exit ([0-9]+)$");

    @TempDir
    Path folder;

    @AfterEach
    void close() throws IOException {
        DemoProvider.closeAll();
    }

    @Test
    void gettingStartedWorksAsItIsWritten() throws Exception {
        assertThat(follow("docs/getting-started.md")).isGreaterThan(8);
    }

    @Test
    void readmeWorksAsItIsWritten() throws Exception {
        assertThat(follow("README.md")).isPositive();
    }

    /** Does what a page says; answers how many waybill commands that were. */
    private int follow(String page) throws Exception {
        Matcher block = BLOCK.matcher(Project.text(page));
        Path here = folder.toAbsolutePath();
        int commands = 0;
        while (block.find()) {
            if (block.group(1).equals("yaml")) {
                Path plans = Files.createDirectories(folder.resolve("plans"));
                Files.writeString(plans.resolve("waybill.yaml"), block.group(2));
                assertThat(run("lint", plans, 0)).contains("is right");
                continue;
            }
            for (String line : block.group(2).split("\n", -1)) {
                if (!line.startsWith("$ ")) {
                    continue;
                }
                Matcher exit = EXIT.matcher(line);
                int expected = exit.find() ? Integer.parseInt(exit.group(1)) : 0;
                String command = line.substring(2).replaceFirst("\\s+#.*$", "");
                if (command.startsWith("cd ")) {
                    here = here.resolve(command.substring(3)).normalize();
                } else if (command.startsWith("echo ")) {
                    echo(here, command);
                } else if (command.startsWith("./waybill ") || command.startsWith("waybill ")) {
                    run(command.substring(command.indexOf(' ') + 1), here, expected);
                    commands++;
                } else {
                    assertThat(command).as(page).startsWith("./mvnw ");
                }
            }
        }
        return commands;
    }

    /** {@code echo TEXT >> FILE} or {@code > FILE}. */
    private static void echo(Path here, String command) throws IOException {
        Matcher echo = Pattern.compile("echo (\\S+) (>>?) (\\S+)").matcher(command);
        assertThat(echo.matches()).as(command).isTrue();
        Path file = here.resolve(echo.group(3));
        String before = echo.group(2).equals(">>") ? Files.readString(file) : "";
        Files.writeString(file, before + echo.group(1) + "\n");
    }

    private static String run(String command, Path here, int expected) {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        int exit = Cli.run(words(command), InputStream.nullInputStream(), out, out, name -> null, here);
        assertThat(exit)
                .as("waybill " + command + "\n" + told.toString(StandardCharsets.UTF_8))
                .isEqualTo(expected);
        return told.toString(StandardCharsets.UTF_8);
    }

    /** Words as a shell splits them, with single and double quotes. */
    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)").matcher(command);
        while (word.find()) {
            for (int i = 1; i <= 3; i++) {
                if (word.group(i) != null) {
                    words.add(word.group(i));
                }
            }
        }
        return words;
    }
}
