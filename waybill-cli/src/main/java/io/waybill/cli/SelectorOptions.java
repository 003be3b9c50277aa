package io.waybill.cli;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.mapping.Expression;
import io.waybill.mapping.FileNames;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.mapping.Nearest;
import io.waybill.mapping.Scope;
import io.waybill.plan.Glob;
import io.waybill.report.Texts;
import io.waybill.store.FileItem;
import io.waybill.store.Version;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which items a command is about; the same everywhere. */
final class SelectorOptions {
    static final Set<String> NAMES = Set.of(
            "--run",
            "--move",
            "--group",
            "--batch",
            "--state",
            "--failed",
            "--match",
            "--where",
            "--since",
            "--before",
            "--limit");

    /** Whether a condition may be about rows; only where rows are read. */
    boolean takesRows;

    @Option(names = "--run", paramLabel = "RUN", description = "Of one run, for example r1.")
    @Nullable
    String run;

    @Option(names = "--move", paramLabel = "NAME", description = "Of this move. Repeatable.")
    List<String> moves = new ArrayList<>();

    @Option(names = "--group", paramLabel = "NAME", description = "Of this group. Repeatable.")
    List<String> groups = new ArrayList<>();

    @Option(names = "--batch", paramLabel = "BATCH", description = "Of this batch, for example r1.3. Repeatable.")
    List<String> batches = new ArrayList<>();

    @Option(names = "--state", paramLabel = "STATE", description = "In this state, for example failed. Repeatable.")
    List<String> states = new ArrayList<>();

    @Option(names = "--failed", description = "What needs you: failed, conflict and quarantined.")
    boolean failed;

    @Option(names = "--match", paramLabel = "PATTERN", description = "With such a path, for example 'feeds/**'.")
    @Nullable
    String match;

    @Option(
            names = "--where",
            paramLabel = "EXPRESSION",
            description = "For example \"file.size > mb(10)\"; with run, also over row., for example \"row.no < 100\".")
    @Nullable
    String where;

    @Option(names = "--since", paramLabel = "DATE", description = "Source changed on or after this date.")
    @Nullable
    String since;

    @Option(names = "--before", paramLabel = "DATE", description = "Source changed before this date.")
    @Nullable
    String before;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
    @Nullable
    Long limit;

    private static final int MOST_NAMES = 20;

    /** The states that {@code --failed} means. */
    static final Set<State> NEEDS_YOU = EnumSet.of(State.FAILED, State.CONFLICT, State.QUARANTINED);

    /** The selection; {@code given} is the run named as an argument, or null. */
    Selector selector(@Nullable String given) {
        Integer chosen =
                given != null ? (Integer) RunName.parse(given) : run != null ? (Integer) RunName.parse(run) : null;
        List<Integer> numbers = new ArrayList<>();
        for (String batch : batches) {
            RunName.Batch parsed = RunName.batch(batch);
            if (parsed.run() != null) {
                if (chosen != null && !chosen.equals(parsed.run())) {
                    throw new CliException(
                            Code.USAGE,
                            "Batch " + Texts.safe(batch) + " is not one of run r" + chosen + ". Name one run.");
                }
                chosen = parsed.run();
            }
            numbers.add(parsed.number());
        }
        if (limit != null && limit < 1) {
            throw new CliException(Code.USAGE, "--limit must be at least 1, not " + limit + ".");
        }
        Set<State> wanted = EnumSet.noneOf(State.class);
        states.forEach(state -> wanted.add(state(state)));
        if (failed) {
            wanted.addAll(NEEDS_YOU);
        }
        return new Selector(
                chosen,
                moves,
                groups,
                numbers,
                wanted,
                millis("--since", since),
                millis("--before", before),
                condition(),
                limit == null ? Long.MAX_VALUE : limit,
                text());
    }

    /** Refuses names that the ledger does not know: a slip of the pen must not look like success. */
    void known(LedgerReader ledger, Selector selector) throws LedgerException {
        known(
                "move",
                moves,
                ledger.moves().stream().map(LedgerReader.MoveLine::name).toList());
        known(
                "group",
                groups,
                ledger.groups().stream().map(LedgerReader.GroupLine::name).toList());
        Run about = selector.run() == null ? null : ledger.run(selector.run());
        if (about != null && about.kind().equals("rollback") && selector.isPartial()) {
            throw new CliException(
                    Code.USAGE,
                    about.name() + " is a rollback; its items are those of the run that it undid. Name that one: r"
                            + about.ofRun());
        }
    }

    private static void known(String what, List<String> wanted, List<String> there) {
        for (String name : wanted) {
            if (!there.contains(name)) {
                String near = Nearest.find(name, there);
                String list = there.isEmpty()
                        ? " There is none yet."
                        : " There are: "
                                + Texts.safe(String.join(
                                        ", ",
                                        there.stream()
                                                .distinct()
                                                .limit(MOST_NAMES)
                                                .toList()))
                                + (there.size() > MOST_NAMES ? " and more." : ".");
                throw new CliException(
                        Code.USAGE,
                        "The ledger has no " + what + " " + Texts.safe(name) + "."
                                + (near == null ? list : " Did you mean " + Texts.safe(near) + "?"));
            }
        }
    }

    /** What {@code --where} asks of rows, or null when it is about files or not given. */
    @Nullable
    String rows() {
        return takesRows && where != null && isOfRows(where) ? where : null;
    }

    private static boolean isOfRows(String text) {
        try {
            return Expression.compile(
                            text, Scope.EMPTY.withAny("vars").withRow(null).withRun())
                    .uses("row");
        } catch (MappingException e) {
            return false;
        }
    }

    /** Whether it takes this move. */
    boolean isOfMove(String name) {
        return moves.isEmpty() || moves.contains(name);
    }

    /** Whether it leaves out items of a move. */
    boolean isNarrow() {
        return !groups.isEmpty()
                || !batches.isEmpty()
                || match != null
                || where != null
                || since != null
                || before != null;
    }

    /** The same, and refuses a selection that means no item at all, in whatever state. */
    void require(LedgerReader ledger, Selector selector) throws LedgerException {
        known(ledger, selector);
        if (selector.isPartial() && !meansSomething(ledger, selector)) {
            throw new CliException(
                    Code.USAGE,
                    "No item is meant by " + text() + ", so nothing was done. See: waybill items"
                            + (selector.run() == null ? "" : " r" + selector.run()));
        }
    }

    private static boolean meansSomething(LedgerReader ledger, Selector selector) throws LedgerException {
        boolean[] found = new boolean[1];
        ledger.entries(selector.withStates(EnumSet.noneOf(State.class)), 0, entry -> {
            found[0] = true;
            return false;
        });
        return found[0];
    }

    /** What of it a command without a ledger of items cannot heed, as flags. */
    String ofItems() {
        List<String> words = words();
        words.removeIf(word -> word.startsWith("--move ")
                || word.startsWith("--limit ")
                || (rows() != null && word.startsWith("--where ")));
        return Texts.safe(String.join(" ", words));
    }

    /** The selection in words, as flags; empty when it leaves nothing out but runs. */
    String text() {
        return Texts.safe(String.join(" ", words()));
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        moves.forEach(move -> words.add("--move " + move));
        groups.forEach(group -> words.add("--group " + group));
        batches.forEach(batch -> words.add("--batch " + batch));
        states.forEach(state -> words.add("--state " + state));
        if (failed) {
            words.add("--failed");
        }
        add(words, "--match", match);
        add(words, "--where", where);
        add(words, "--since", since);
        add(words, "--before", before);
        if (limit != null) {
            words.add("--limit " + limit);
        }
        return words;
    }

    private static void add(List<String> words, String option, @Nullable String value) {
        if (value != null) {
            words.add(option + " " + value);
        }
    }

    /** The state with this name, as words or as in JSON. */
    static State state(String name) {
        String word = name.replace('_', ' ').replace('-', ' ');
        for (State state : State.values()) {
            if (state.word().equalsIgnoreCase(word)) {
                return state;
            }
        }
        List<String> names = Arrays.stream(State.values())
                .map(state -> state.word().replace(' ', '_'))
                .toList();
        String hint = Nearest.find(name, names);
        throw new CliException(
                Code.USAGE,
                "No state is called " + Texts.safe(name) + "." + (hint == null ? "" : " Did you mean " + hint + "?")
                        + " There are: " + String.join(", ", names) + ".");
    }

    private static @Nullable Long millis(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
                return LocalDate.parse(text)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toEpochMilli();
            } else if (text.endsWith("Z")) {
                return Instant.parse(text).toEpochMilli();
            } else if (text.matches(".*[+-][0-9]{2}:[0-9]{2}")) {
                return OffsetDateTime.parse(text).toInstant().toEpochMilli();
            }
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeException e) {
            throw new CliException(
                    Code.USAGE,
                    option + " takes a date such as 2026-01-31 or 2026-01-31T12:00:00Z, not " + Texts.safe(text) + ".");
        }
    }

    private Predicate<Entry> condition() {
        Predicate<Entry> all = entry -> true;
        if (match != null) {
            Glob glob = Glob.of(match);
            all = all.and(entry -> !entry.isRows()
                    && (glob.matches(entry.sourceKey().path())
                            || glob.matches(entry.effect().targetKey().path())));
        }
        if (rows() != null) {
            return all.and(Entry::isRows);
        }
        return where == null ? all : all.and(expression(where));
    }

    private static Predicate<Entry> expression(String text) {
        Expression expression;
        try {
            expression = Expression.compile(text, Scope.EMPTY.withListedFile());
        } catch (MappingException e) {
            throw wrong(text, e);
        }
        if (expression.uses().contains("file.below")) {
            throw new CliException(Code.USAGE, "In --where: file.below is not kept in the ledger. Use file.path.");
        }
        return entry -> {
            if (entry.isRows()) {
                return false;
            }
            FileItem item = new FileItem(
                    entry.sourceKey(),
                    entry.size(),
                    Instant.ofEpochMilli(entry.modified()),
                    Version.NONE,
                    Map.of(),
                    null,
                    null);
            try {
                return expression.test(Names.of("").with("file", FileNames.of(item, "")));
            } catch (MappingException e) {
                throw wrong(text, e);
            }
        };
    }

    private static CliException wrong(String text, MappingException e) {
        MappingException.Fault fault = e.faults().get(0);
        return new CliException(
                Code.USAGE, "In --where " + Texts.safe(text) + ": " + fault + ". See: waybill help selectors");
    }
}
