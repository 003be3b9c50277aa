package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.NameCorpus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of files that would steer a terminal, a spreadsheet or a browser, if any of our output let them. */
class HostileNamesTest {
    private static final List<String> MARKUP = List.of(
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "\"><svg onload=alert(1)>",
            "' onmouseover='alert(1)",
            "</style><script>alert(2)</script>",
            "&lt;b&gt;",
            "<!-- --><b>");

    @TempDir
    Path folder;

    private User user;
    private int made;
    private int skipped;

    @BeforeEach
    void makeFiles() throws Exception {
        user = new User(folder);
        List<String> names = new ArrayList<>();
        NameCorpus.all().forEach(name -> names.add(name.key().name()));
        names.addAll(MARKUP);
        Path data = Files.createDirectories(folder.resolve("data/x"));
        Path out = Files.createDirectories(folder.resolve("out/x"));
        for (String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/")) {
                continue;
            }
            try {
                Path file = data.resolve(name);
                if (!Files.exists(file)) {
                    Files.write(file, name.getBytes(StandardCharsets.UTF_8));
                    // half of them find something else at the target, so that their names stand in lists of trouble too
                    if (made++ % 2 == 0 || MARKUP.contains(name)) {
                        Files.writeString(out.resolve(name), "something else");
                    }
                }
            } catch (InvalidPathException | java.io.IOException e) {
                skipped++; // too long, or not to be written in this locale
            }
        }
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: hostile
                stores: { disk: ./data, out: ./out }
                moves:
                  - { from: "disk:x/", to: "out:" }
                """);
        assertThat(made).isGreaterThan(40).isGreaterThan(skipped);
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).all()).doesNotContain("\u001b");
    }

    private static boolean steers(int c) {
        return c != '\n' && (c < 0x20 || (c >= 0x7f && c < 0xa0) || Character.getType(c) == Character.FORMAT);
    }

    @Test
    void noOutputSteersATerminal() throws Exception {
        for (String line : List.of(
                "plan --sample 1000",
                "status --by group",
                "items",
                "items --failed",
                "items --json",
                "items --show 1",
                "items --show 7 --json",
                "runs",
                "report",
                "report --format json",
                "report --format html",
                "verify",
                "verify --json",
                "ls disk:x/ -l",
                "ls disk:x/ --json",
                "ledger export",
                "doctor",
                "rollback r1 --dry-run")) {
            User.Ran ran = user.type(line);
            assertThat(ran.all().chars().filter(HostileNamesTest::steers))
                    .as(line)
                    .isEmpty();
        }
        try (Stream<Path> logs = Files.list(folder.resolve(".waybill/logs"))) {
            for (Path log : logs.toList()) {
                assertThat(Files.readString(log).chars().filter(HostileNamesTest::steers))
                        .as(log.toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void tablesAtATerminalKeepToItsWidth() {
        for (String line : List.of("items", "status", "runs", "ls disk:x/")) {
            String text = user.atTerminal(80).type(line).out().replaceAll("\u001b\\[[0-9]*m", "");
            assertThat(text.lines().filter(one -> !line.startsWith("ls")))
                    .as(line)
                    .allMatch(one -> io.waybill.report.Texts.width(one) <= 80);
            assertThat(text.chars().filter(HostileNamesTest::steers)).as(line).isEmpty();
        }
    }

    @Test
    void noCellOfACsvIsAFormula() {
        String csv = user.type("report --format csv").exits(Exit.DONE).out();

        List<String> cells = cells(csv);
        assertThat(cells).hasSizeGreaterThan(made * 10);
        assertThat(cells).allMatch(cell -> !cell.matches("(?s)[=+@\\t\\r\\n].*|-[^0-9].*"));
    }

    /** The cells of a CSV, quotes taken off. */
    private static List<String> cells(String csv) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == '\n')) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else if (quoted || c != '\r') {
                cell.append(c);
            }
        }
        return cells;
    }

    @Test
    void theHtmlReportHoldsNoMarkupOfOthers() {
        String html = user.type("report --format html").exits(Exit.DONE).out();

        assertThat(html).doesNotContain("<script", "<img", "<svg on", "onerror=alert(1)>", "<!--", "javascript:");
        assertThat(html).contains("&lt;img src=x onerror=alert(1)&gt;", "default-src 'none'");
        // every tag is one of ours
        assertThat(java.util.regex.Pattern.compile("<([a-zA-Z!][a-zA-Z0-9]*)")
                        .matcher(html)
                        .results()
                        .map(m -> m.group(1)))
                .isSubsetOf(
                        "!DOCTYPE",
                        "html",
                        "head",
                        "meta",
                        "title",
                        "style",
                        "body",
                        "main",
                        "header",
                        "p",
                        "h1",
                        "span",
                        "dl",
                        "div",
                        "dt",
                        "dd",
                        "section",
                        "b",
                        "small",
                        "h2",
                        "table",
                        "thead",
                        "tr",
                        "th",
                        "tbody",
                        "td",
                        "svg",
                        "rect",
                        "footer");
        assertThat(html).doesNotContainPattern("(?i)<[^>]*\\son[a-z]+\\s*=").doesNotContain("http://", "https://");
    }
}
