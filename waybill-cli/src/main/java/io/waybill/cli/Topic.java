package io.waybill.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Help that is not about one command. */
enum Topic {
    PLAN_FILE("""
            A plan file says what goes where. The shortest:

              waybill: 1
              name: archive                     # the series; the ledger is .waybill/archive.db
              stores:
                disk: ./data                    # a path is a folder of files
                s3: s3://bucket?region=eu-west-1
              moves:
                - from: disk:photos/            # a folder ends in a slash
                  to: s3:2024/                  # a folder: each file keeps its path in its store

            stores    a URL, or a map with type and options; ${env.NAME} and ${file:PATH} for secrets
            moves     from (one or a list), to, where, group, key, after, exclusive, hooks
            settings  exists, verify, on_error, budget, limits, source: for the whole plan or one move
            vars      values for ${vars.NAME}; given with --set NAME=VALUE

            exists    same_ok (default: equal is done, different is a conflict), skip, fail, replace
            verify    auto (default), read, off
            on_error  continue (default), stop, rollback
            budget    how many items may go wrong before that: 20, or 1%
            source    keep (default), delete

            Check it with: waybill lint. The whole language: waybill schema, docs/plan-file.md
            """),
    SELECTORS("""
            The same options say which items a command is about. Together they narrow the choice.

              --run r1              the items of one run
              --move NAME           of one move                          repeatable
              --group NAME          of one group (an entry of from)      repeatable
              --batch r1.3          of one batch                         repeatable
              --state STATE         planned, writing, written, verified, same, skipped, conflict,
                                    failed, quarantined, rolled_back, kept   repeatable
              --failed              what needs you: failed, conflict and quarantined
              --match 'a/**'        path at the source or target: * within a folder, ** across
              --where EXPRESSION    for example "file.size > mb(10)" or "file.ext == 'txt'"
              --since DATE          source changed on or after; 2026-01-31 or 2026-01-31T12:00:00Z
              --before DATE         source changed before
              --limit N             at most so many

            What a run leaves out in this way stays planned; the next run goes on with it.
            """),
    OPTIONS(""),
    EXIT_CODES(""),
    ENVIRONMENT("""
            A setting is taken from the first that has it: flag, WAYBILL_* in the environment, plan file,
            user configuration, default. waybill doctor shows where each came from.

              WAYBILL_PLAN_FILE WAYBILL_LEDGER WAYBILL_ENV_FILE WAYBILL_PROGRESS WAYBILL_LOG_LEVEL
              WAYBILL_LOG_FILE WAYBILL_LOG_FORMAT WAYBILL_NO_COLOR WAYBILL_NO_INPUT
                                    as the flags of the same names
              WAYBILL_LIMITS_PARALLEL and so on, for each of limits: in a plan
              NO_COLOR              no colours
              TERM=dumb             no colours, no moving progress
              CI                    no questions, no moving progress
              XDG_CONFIG_HOME       the user configuration is waybill/config below it (else ~/.config):
                                    lines such as progress=plain
              AWS_*                 credentials and region of S3 stores, as for the AWS tools
              JAVA_HOME             the Java that runs waybill
              WAYBILL_JAVA_OPTS     more options for it, for example -Xmx512m

            Secrets never go on the command line: ${env.NAME} or ${file:/run/secrets/x} in the plan.
            """),
    JSON("""
            With --json, standard output holds one JSON document; of run and verify, one JSON object per line
            with a type: started, progress, notice, result, error. Every document and line has
            schema_version; fields are only ever added. An error is {"error": {"code", "exit", "message"}}.

            Items have id, run, batch, move, group, state, progress, source, target, size, attempts, sha256,
            error. progress is one of pending, in_progress, completed, failed, skipped. source and target
            are as shown to people; source_key and target_key are exact: control characters, percent signs
            and bytes that are not UTF-8 stand as %XX.
            """),
    STATES("""
            planned       in the plan; nothing was done yet
            writing       begun; after a crash the next run looks at the target before it goes on
            written       the target has it; not verified yet
            verified      the target has it and its content is proven
            same          equal content stood there already; rollback leaves it alone
            skipped       left out by a rule; the reason is with it
            conflict      something else stands at the target; it was kept
            failed        gave up; the reason is with it
            quarantined   a row that broke a check
            rolled_back   undone: the target is as before
            kept          rollback left it as it is; the reason is with it
            """);

    private final String text;

    Topic(String text) {
        this.text = text;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Topic::word).toList();
    }

    static @Nullable Topic find(String word) {
        return Arrays.stream(values())
                .filter(topic -> topic.word().equals(word))
                .findFirst()
                .orElse(null);
    }

    /** What help says. */
    String text(Screen screen) {
        if (this == OPTIONS) {
            return "Options that every command takes, before or after its name:\n\n" + Manual.globals(screen)
                    + "\nEach can also be set in the environment or a configuration: waybill help environment\n";
        } else if (this == EXIT_CODES) {
            StringBuilder table = new StringBuilder();
            for (Exit exit : Exit.values()) {
                table.append(exit.code() < 10 ? "  " : "")
                        .append(exit.code())
                        .append("  ")
                        .append(exit.meaning());
                table.append('\n');
            }
            return table + "\nEach error also has a code such as WB-S03: waybill help WB-S03\n";
        }
        return text;
    }
}
