package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.ledger.State;
import io.waybill.plan.Move;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of a run: when it and each of its moves began and ended, and with which counts. Items are in the ledger. */
final class RunLog {
    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

    private final LedgerReader reader;
    private final Run run;

    RunLog(LedgerReader reader, Run run) {
        this.reader = reader;
        this.run = run;
    }

    void begins(RunOptions options) {
        LOG.info(
                "run begins run={} goes_on={} selection=\"{}\" until={}",
                run.name(),
                run.started() > 0,
                options.selector().text(),
                options.until());
    }

    void moveBegins(Move move) {
        LOG.info(
                "move begins run={} move={} kind={} from=\"{}\" to=\"{}\"",
                run.name(),
                move.name(),
                move.rows() ? "rows" : "files",
                move.from().get(0).text(),
                move.to().text());
    }

    void moveEnds(Move move, boolean finished, long millis) throws LedgerException {
        LOG.info(
                "move ends run={} move={} finished={} ms={}{}",
                run.name(),
                move.name(),
                finished,
                millis,
                counts(move));
    }

    private String counts(Move move) throws LedgerException {
        Map<State, Long> counts = new EnumMap<>(State.class);
        for (LedgerReader.MoveLine line : reader.moves()) {
            for (LedgerReader.Tally tally : reader.tallies(run.id())) {
                if (line.name().equals(move.name()) && tally.move() == line.id()) {
                    counts.merge(tally.state(), tally.items(), Long::sum);
                }
            }
        }
        return words(counts);
    }

    static void ends(RunReport report) {
        LOG.info(
                "run ends run={} finished={} stopped={} ms={} wrote_items={} wrote_bytes={} retries={} balanced={}{}{}{}",
                report.run().isEmpty() ? "none" : report.run(),
                report.finished(),
                report.stopped(),
                report.millis(),
                report.wroteItems(),
                report.wroteBytes(),
                report.retries(),
                report.balanced(),
                words(report.items()),
                report.why() == null ? "" : " why=\"" + report.why() + "\"",
                report.trouble() == null ? "" : " trouble=\"" + report.trouble().getMessage() + "\"");
    }

    private static String words(Map<State, Long> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .map(count -> " " + count.getKey().word().replace(' ', '_') + "=" + count.getValue())
                        .collect(Collectors.joining());
    }
}
