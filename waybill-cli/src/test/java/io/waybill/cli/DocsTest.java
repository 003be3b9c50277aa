package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.ledger.State;
import io.waybill.plan.Reference;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation says of the code is so. */
class DocsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern POINT = Pattern.compile("Failpoint\\s*\\.reach\\(\"([^\"]+)\"\\)");
    private static final Pattern TEST_NAME =
            Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|Contract))(?:\\.([a-z]\\w+))?`");

    @TempDir
    Path folder;

    @Test
    void planFileReferenceIsThatOfTheProgram() throws Exception {
        String expected = Reference.markdown(Providers.all().values());
        Path file = Project.root().resolve("docs/plan-file.md");
        if ("write".equals(System.getProperty("waybill.docs"))) {
            Files.writeString(file, expected);
        }
        assertThat(Files.readString(file))
                .as("docs/plan-file.md; -Dwaybill.docs=write writes it anew")
                .isEqualTo(expected);
    }

    @Test
    void statesAreThoseOfTheLedger() {
        List<String> expected = new ArrayList<>();
        for (State state : State.values()) {
            expected.add(state.code() + " | " + state.word() + " | " + state.progress());
        }
        assertThat(rows("States").stream()
                        .map(row -> row.substring(0, row.lastIndexOf(" | ")))
                        .toList())
                .isEqualTo(expected);
    }

    @Test
    void exitCodesAreThoseOfTheCommands() {
        List<String> expected = new ArrayList<>();
        for (Exit exit : Exit.values()) {
            expected.add(exit.code() + " | " + exit.meaning());
        }
        assertThat(rows("Exit codes")).isEqualTo(expected);
    }

    @Test
    void crashPointsAreThoseInTheCode() throws Exception {
        Set<String> expected = new TreeSet<>();
        for (Path source : Project.sources("main")) {
            Matcher point = POINT.matcher(Files.readString(source));
            while (point.find()) {
                expected.add(point.group(1));
            }
        }
        assertThat(firstCells("Crash points")).isEqualTo(expected).isNotEmpty();
    }

    @Test
    void ledgerColumnsAreThoseOfALedger() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/a.txt"), "a");
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: columns
                stores: { here: ./data, there: ./copy }
                moves:
                  - { from: "here:", to: "there:" }
                """);
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        int exit = Cli.run(
                List.of("plan"), InputStream.nullInputStream(), out, out, name -> null, folder.toAbsolutePath());
        assertThat(exit).as(told.toString(StandardCharsets.UTF_8)).isZero();

        Set<String> expected = new TreeSet<>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(".waybill/columns.db"));
                var statement = connection.createStatement();
                ResultSet columns = statement.executeQuery("SELECT m.name || '.' || c.name FROM sqlite_master m,"
                        + " pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'")) {
            while (columns.next()) {
                expected.add(columns.getString(1));
            }
        }
        assertThat(firstCells("The ledger")).isEqualTo(expected).isNotEmpty();
    }

    @Test
    void everyRelativeLinkLeadsSomewhere() throws Exception {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        for (Path page : Project.pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                String to = link.group(1);
                if (to.startsWith("http")) {
                    continue;
                }
                checked++;
                int hash = to.indexOf('#');
                String file = hash < 0 ? to : to.substring(0, hash);
                Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
                boolean there = Files.exists(target);
                if (there && hash >= 0) {
                    there = anchors(Files.readString(target)).contains(to.substring(hash + 1));
                }
                if (!there) {
                    broken.add(page.getFileName() + " -> " + to);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(checked).isPositive();
    }

    @Test
    void everyTestThatIsNamedIsThere() throws Exception {
        Map<String, String> tests = new TreeMap<>();
        for (Path source : Project.sources("test")) {
            String name = String.valueOf(source.getFileName());
            tests.put(name.substring(0, name.length() - ".java".length()), Files.readString(source));
        }
        List<String> missing = new ArrayList<>();
        int checked = 0;
        for (Path page : Project.pages()) {
            Matcher named = TEST_NAME.matcher(Files.readString(page));
            while (named.find()) {
                checked++;
                String source = tests.get(named.group(1));
                String method = named.group(2);
                if (source == null || (method != null && !source.contains(" " + method + "("))) {
                    missing.add(page.getFileName() + ": " + named.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(checked).isPositive();
    }

    @Test
    void everyCommandIsInTheManual() {
        String operations = Project.text("docs/operations.md");
        assertThat(Catalog.names()).allSatisfy(name -> assertThat(operations).contains("waybill " + name));
    }

    @Test
    void everyErrorCodeHasItsExplanation() {
        for (Code code : Code.values()) {
            assertThat(code.explanation()).contains(code.id(), "Cause", "Consequence", "Next");
        }
    }

    /** The rows of the table below a heading of docs/design.md, without outer bars. */
    private static List<String> rows(String heading) {
        String design = Project.text("docs/design.md");
        int begin = design.indexOf("\n## " + heading + "\n");
        assertThat(begin).as("heading " + heading).isNotNegative();
        int end = design.indexOf("\n## ", begin + 1);
        List<String> rows = new ArrayList<>();
        boolean body = false;
        for (String line :
                design.substring(begin, end < 0 ? design.length() : end).split("\n", -1)) {
            if (line.startsWith("|---")) {
                body = true;
            } else if (body && line.startsWith("| ")) {
                rows.add(line.substring(2, line.lastIndexOf('|')).strip());
            }
        }
        return rows;
    }

    /** The names in the first cells of that table. */
    private static Set<String> firstCells(String heading) {
        Set<String> names = new TreeSet<>();
        for (String row : rows(heading)) {
            names.add(row.substring(0, row.indexOf('|') < 0 ? row.length() : row.indexOf('|'))
                    .strip()
                    .replace("`", ""));
        }
        return names;
    }

    /** The anchors of a page's headings. */
    private static List<String> anchors(String page) {
        return page.lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
