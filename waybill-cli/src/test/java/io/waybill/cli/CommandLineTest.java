package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandLineTest {
    @TempDir
    Path folder;

    static List<String> verbs() {
        return Catalog.names();
    }

    private static CommandLine tree() {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return Tree.all(new Waybill(new Surroundings(
                InputStream.nullInputStream(),
                nowhere,
                nowhere,
                name -> null,
                Path.of("/"),
                Terminal.NONE,
                java.time.InstantSource.system(),
                code -> {},
                Signals.NONE)));
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void helpOfEachVerbListsItsOptionsAndExitCodes(String verb) {
        User.Ran help = new User(folder).run("help", verb).exits(Exit.DONE);

        assertThat(help.out()).contains("Usage: waybill " + verb, "Exit codes", "  0  done");
        assertThat(new User(folder).run(verb, "--help").exits(Exit.DONE).out()).isEqualTo(help.out());
        CommandLine command = Tree.command(tree(), verb);
        command.getCommandSpec().options().stream()
                .filter(option -> !option.inherited() && !option.hidden())
                .forEach(option -> assertThat(help.out()).contains(option.longestName()));
        for (Exit exit : Manual.exits(command.getCommand())) {
            assertThat(help.out()).contains(" " + exit.code() + "  ");
        }
        assertThat(help.err()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void helpFitsIntoEightyColumns(String verb) {
        User.Ran help = new User(folder).atTerminal(80).run("help", verb);

        String text = help.out().replaceAll("\u001b\\[[0-9]*m", "");
        // lines of an example are to be copied, so they are not broken
        String before = text.contains("\nExamples\n") ? text.substring(0, text.indexOf("\nExamples\n")) : text;
        assertThat(before.lines()).allMatch(line -> io.waybill.report.Texts.width(line) <= 80);
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void everyTopicHasHelp(Topic topic) {
        assertThat(new User(folder).run("help", topic.word()).exits(Exit.DONE).out())
                .hasSizeGreaterThan(200);
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void everyCodeIsExplained(Code code) {
        assertThat(new User(folder).run("help", code.id()).exits(Exit.DONE).out())
                .contains(code.id(), code.title(), "Cause", "Consequence", "Next");
        assertThat(new User(folder)
                        .run("help", code.id().toLowerCase(java.util.Locale.ROOT))
                        .exit())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "rn, Did you mean run?",
        "stats, Did you mean status?",
        "verfy, Did you mean verify?",
        "rolback, Did you mean rollback?"
    })
    void anUnknownCommandSuggests(String typed, String hint) {
        assertThat(new User(folder).run(typed).exits(Exit.USAGE).err()).contains("WB-U01", hint);
    }

    @ParameterizedTest
    @CsvSource({
        "run --lmit 3, --limit",
        "verify --raed, --read",
        "status --wach, --watch",
        "run --jsn, --json",
        "items --wher=x, --where",
        "report --fromat csv, --format"
    })
    void anUnknownOptionSuggests(String line, String hint) {
        assertThat(new User(folder).type(line).exits(Exit.USAGE).err()).contains("Did you mean " + hint + "?");
    }

    @Test
    void oneArgumentTooManyIsAnError() {
        assertThat(new User(folder).type("status r1 r2").exits(Exit.USAGE).err())
                .contains("too many: r2");
    }

    @Test
    void aMissingArgumentIsNamed() {
        assertThat(new User(folder).type("rollback").exits(Exit.USAGE).err()).contains("Missing RUN");
        assertThat(new User(folder).type("copy a").exits(Exit.USAGE).err()).contains("Missing DST");
    }

    @Test
    void globalOptionsStandBeforeAndAfterTheVerb() {
        assertThat(new User(folder).type("--json version").exits(Exit.DONE).field("schema_version"))
                .isEqualTo("1");
        assertThat(new User(folder).type("version --json").exits(Exit.DONE).out())
                .startsWith("{");
    }

    @Test
    void withoutACommandItShowsThemAll() {
        User.Ran all = new User(folder).run().exits(Exit.DONE);

        assertThat(all.out()).contains(Catalog.names());
    }

    @Test
    void yesSwallowsNoArgument() {
        assertThat(Arguments.prepare(List.of("rollback", "--yes", "r1", "-y")))
                .containsExactly("rollback", "--yes=*", "r1", "--yes=*");
        assertThat(Arguments.prepare(List.of("--", "--yes"))).containsExactly("--", "--yes");
    }

    @Test
    void aKeyThatBeginsWithAnAtSignIsNoFileOfArguments() throws Exception {
        Place.in(folder).file("args", "--json");

        assertThat(new User(folder).type("status @args").exits(Exit.USAGE).err())
                .contains("@args");
    }

    @Test
    void theNamesOfAllOptionsStay() {
        Map<String, String> names = new TreeMap<>();
        CommandLine root = tree();
        names.put("waybill", names(root, false));
        for (String verb : Catalog.names()) {
            names.put(verb, names(Tree.command(root, verb), true));
        }
        String selectors = "--batch --before --failed --group --limit --match --move --run --since --state --where";
        assertThat(names)
                .containsEntry(
                        "waybill",
                        "--env-file --help --json --ledger --log-file --log-format --log-level --no-color --no-input"
                                + " --plan-file --progress --quiet --set --verbose --version --yes -V -f -h -q -v -y")
                .containsEntry("backup", "--output -o")
                .containsEntry("cleanup", "--dry-run")
                .containsEntry("rehearse", "--items --keep")
                .containsEntry("restore", "--into")
                .containsEntry("completion", "")
                .containsEntry("demo", "--dir --large")
                .containsEntry("doctor", "--bundle --probe")
                .containsEntry("eval", "--from --limit")
                .containsEntry("help", "")
                .containsEntry("init", "--column --convert --files --from --root --to")
                .containsEntry("ledger", "")
                .containsEntry("lint", "")
                .containsEntry("ls", "--limit -l")
                .containsEntry("plan", "--exit-code --full --sample")
                .containsEntry("runs", "--limit")
                .containsEntry("schedule", "--times")
                .containsEntry("schema", "")
                .containsEntry("status", sorted(selectors + " --by --watch"))
                .containsEntry("stop", "--now")
                .containsEntry("version", "")
                .containsEntry("run", sorted(selectors + " --dry-run --new --until"))
                .containsEntry("copy", sorted(selectors + " --dry-run --new --until"))
                .containsEntry("items", sorted(selectors + " --output --show --values -o"))
                .containsEntry("report", sorted(selectors + " --format --of --output -o"))
                .containsEntry("rollback", sorted(selectors + " --dry-run --keep-going --leave-links --only"))
                .containsEntry("verify", sorted(selectors + " --both-ways --output --part --read --sample -o"))
                .containsEntry("why", "--move")
                .hasSize(28);
    }

    private static String sorted(String names) {
        return String.join(" ", new TreeSet<>(Arrays.asList(names.split(" "))));
    }

    private static String names(CommandLine command, boolean own) {
        TreeSet<String> names = new TreeSet<>();
        command.getCommandSpec().options().stream()
                .filter(option -> !own || !option.inherited())
                .forEach(option -> names.addAll(Arrays.asList(option.names())));
        return String.join(" ", names);
    }

    @Test
    void theSelectorsAreTheSameEverywhere() {
        for (String verb : List.of("run", "items", "verify", "report", "rollback", "copy")) {
            assertThat(names(Tree.command(tree(), verb), true)).contains(new TreeSet<>(SelectorOptions.NAMES));
        }
    }
}
