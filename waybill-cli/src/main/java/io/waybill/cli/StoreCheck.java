package io.waybill.cli;

import io.waybill.cli.DoctorVerb.Finding;
import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.plan.Each;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.StoreSpec;
import io.waybill.report.Figures;
import io.waybill.report.Texts;
import io.waybill.store.Abilities;
import io.waybill.store.Catalogued;
import io.waybill.store.FileStore;
import io.waybill.store.Querying;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.store.TableStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What doctor finds about the stores of a plan: whether they can be reached and read, and what they were measured to do. */
final class StoreCheck {
    private final Waybill waybill;
    private final Plan plan;
    private @Nullable Failure first;

    StoreCheck(Waybill waybill, Plan plan) {
        this.waybill = waybill;
        this.plan = plan;
    }

    /** The first thing that failed, or null. */
    @Nullable
    Failure first() {
        return first;
    }

    private List<StoreSpec> chosen(@Nullable String only) {
        if (only == null) {
            return List.copyOf(plan.stores().values());
        }
        StoreSpec spec = plan.stores().get(only);
        if (spec == null) {
            throw new CliException(
                    Code.USAGE,
                    "The plan has no store " + Texts.safe(only) + ". It has: "
                            + String.join(", ", plan.stores().keySet()) + ".");
        }
        return List.of(spec);
    }

    List<Finding> look(@Nullable String only) {
        List<Finding> findings = new ArrayList<>();
        for (StoreSpec spec : chosen(only)) {
            StoreProvider provider = Providers.of(spec);
            try (Store store = provider.open(
                    spec.settings(plan.folder(), waybill.surroundings().environment()))) {
                findings.add(new Finding(spec.name(), true, store.location() + ": " + reached(store, spec.name())));
                for (Finding finding :
                        new RightsCheck(plan, waybill.surroundings().clock()).of(store, spec.name())) {
                    findings.add(finding);
                    if (!finding.good()) {
                        Failure failure = Failure.of(new CliException(Code.DENIED, finding.text()));
                        first = first == null ? failure : first;
                    }
                }
            } catch (IOException e) {
                Failure failure = Failure.of(e);
                first = first == null ? failure : first;
                findings.add(new Finding(
                        spec.name(),
                        false,
                        failure.message() + " [" + failure.code().id() + "]"));
            }
        }
        return findings;
    }

    /** Reads the first page of each place that the plan reads from or writes to. */
    private String reached(Store store, String name) throws IOException {
        if (!(store instanceof Source source)) {
            return "opened";
        }
        Set<String> places = new LinkedHashSet<>();
        boolean reads = false;
        int queries = 0;
        for (Move move : plan.moves()) {
            Each each = move.each();
            List<From> all = new ArrayList<>(move.from());
            if (each != null) {
                // where its files are, a row tells; the folder above all of them can be looked at
                all.clear();
                all.add(each.rows());
                if (move.from().get(0).store().equals(name)) {
                    String written = move.from().get(0).path();
                    int template = written.indexOf("${");
                    String fixed = template < 0 ? written : written.substring(0, template);
                    places.add(fixed.substring(0, fixed.lastIndexOf('/') + 1));
                    reads = true;
                }
            }
            for (From from : all) {
                if (from.store().equals(name) && from.query() != null && store instanceof Querying querying) {
                    reached(querying, move, from.path(), from.query());
                    queries++;
                } else if (from.store().equals(name)) {
                    places.add(from.selection().collection());
                    reads = true;
                }
            }
        }
        if (places.isEmpty() && queries > 0) {
            return "reached, and its queries can be read";
        } else if (places.isEmpty() && store instanceof TableStore tables) {
            return reached(tables, name);
        } else if (places.isEmpty()) {
            places.add("");
        }
        long seen = 0;
        for (String place : places) {
            try (Source.Opened opened = source.open(new Selection(place, List.of(), 1))) {
                List<Source.Split> splits = opened.splits(1);
                if (!splits.isEmpty()) {
                    try (Source.Items items = opened.read(splits.get(0), null)) {
                        Source.Page page = items.next();
                        seen += page == null ? 0 : page.items().size();
                    }
                }
            } catch (StoreException e) {
                boolean made = !reads && store instanceof FileStore files && files.isTree();
                if (e.kind() == StoreException.Kind.NOT_FOUND && made) {
                    return "not there yet; it is made when it is needed";
                }
                throw e;
            }
        }
        return "reached and read" + (seen == 0 ? ", empty so far" : "");
    }

    /** Asks for the definitions of the tables that are only written to, or for their names. */
    private String reached(TableStore store, String name) throws StoreException {
        int found = 0;
        for (Move move : plan.moves()) {
            if (move.rows() && move.to().store().equals(name)) {
                store.table(move.to().path().text());
                found++;
            }
        }
        if (found > 0) {
            return "reached, and has the tables that are written to";
        } else if (store instanceof Catalogued catalogued) {
            return "reached, and has " + Figures.count(catalogued.tables().size(), "table");
        }
        return "opened";
    }

    /** Asks for the columns of a query. */
    private static void reached(Querying store, Move move, String name, String statement) throws IOException {
        try (TableStore query = store.querying(new Querying.Query(name, statement, move.key()))) {
            query.table(name);
        }
    }

    /** Measures the stores that the plan writes files to. */
    List<Finding> probe(@Nullable String only) throws IOException, PlanException, RefusedException {
        List<Finding> findings = new ArrayList<>();
        Set<String> targets = new LinkedHashSet<>();
        plan.moves().stream()
                .filter(move -> !move.rows())
                .forEach(move -> targets.add(move.to().store()));
        for (StoreSpec spec : chosen(only)) {
            if (!targets.contains(spec.name())) {
                continue;
            }
            Migration migration = waybill.workplace().migration("doctor");
            try {
                Abilities can = migration.probe(spec.name());
                findings.add(new Finding(spec.name() + " probe", true, text(can)));
            } catch (StoreException e) {
                Failure failure = Failure.of(e);
                first = first == null ? failure : first;
                findings.add(new Finding(spec.name() + " probe", false, failure.message()));
            }
        }
        if (findings.isEmpty()) {
            findings.add(new Finding("probe", true, "nothing to measure: the plan writes no files there"));
        }
        return findings;
    }

    private static String text(Abilities can) {
        StringBuilder text = new StringBuilder("written, read and removed");
        text.append("\nno-overwrite writes: ").append(yes(can.createsConditionally()));
        text.append(", of uploads in parts: ").append(yes(can.completesConditionally()));
        text.append("\nreplaces only what was seen: ").append(yes(can.replacesConditionally()));
        text.append(", removes likewise: ").append(yes(can.removesConditionally()));
        text.append("\nhonest checksums: ")
                .append(
                        can.honestChecksums().isEmpty()
                                ? "none, so targets are read back"
                                : String.join(
                                        ", ",
                                        can.honestChecksums().stream().sorted().toList()));
        text.append("\nclock: ").append(skew(can.clockSkewMillis()));
        can.notes().forEach(note -> text.append('\n').append(note));
        return text.toString();
    }

    private static String yes(boolean can) {
        return can ? "yes" : "no";
    }

    private static String skew(long millis) {
        if (Math.abs(millis) < 2000) {
            return "as ours";
        }
        return Figures.duration(Math.abs(millis)) + (millis > 0 ? " ahead of ours" : " behind ours");
    }
}
