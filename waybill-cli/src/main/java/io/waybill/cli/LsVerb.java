package io.waybill.cli;

import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.Json;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import io.waybill.store.Catalogued;
import io.waybill.store.FileItem;
import io.waybill.store.Item;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what stands in a store of the plan, or at an address. */
@Command(
        description = {
            "Everything below a folder, the rows of a table, or the tables of a database, as the store has them.",
            "Needs a plan only for a store's name."
        },
        footer = {
            "waybill ls s3:2024/",
            "waybill ls ./data -l",
            "waybill ls postgresql://localhost/shop",
            "waybill ls 's3://bucket/prefix?region=eu-west-1' --limit 20"
        })
final class LsVerb extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "STORE:PATH",
            description = "A store of the plan and a path or table in it, or a path or URL of its own.")
    String address = "";

    @Option(names = "-l", description = "Sizes and times too.")
    boolean details;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 1000")
    long limit = 1000;

    private long count;
    private boolean more;

    LsVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.UNAVAILABLE);
    }

    @Override
    Exit call() throws IOException, PlanException {
        Spot spot = Spot.of(waybill, address);
        try (Store store = spot.open(waybill)) {
            if (store instanceof Catalogued database && spot.path().isEmpty()) {
                tables(database);
            } else if (store instanceof Source source) {
                items(source, spot.path());
            } else {
                throw new CliException(Code.USAGE, "Cannot list " + store.location() + ": it cannot be read from.");
            }
        }
        if (screen().isJson()) {
            screen().text("\n], \"count\": " + count + ", \"more\": " + more + "}\n");
        } else if (more) {
            screen().message("There is more; these are the first " + Figures.count(limit) + ": --limit N shows more.");
        } else if (count == 0) {
            screen().message("Nothing stands there.");
        }
        return Exit.DONE;
    }

    private void tables(Catalogued database) throws StoreException {
        List<String> tables = database.tables();
        head();
        for (String table : tables) {
            show(Texts.safe(table), Map.of("name", table));
        }
    }

    private void items(Source source, String path) throws StoreException, IOException {
        try (Source.Opened opened = source.open(Selection.all(path))) {
            head();
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    Source.Page page = items.next();
                    while (page != null && !more) {
                        page.items().forEach(this::show);
                        page = more || screen().isClosed() ? null : items.next();
                    }
                }
            }
        }
    }

    private void head() {
        if (screen().isJson()) {
            screen().text("{\"schema_version\": " + RunJson.SCHEMA + ", \"items\": [");
        }
    }

    private void show(Item item) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", item.key().display());
        fields.put("key", item.key().encoded());
        String line = item.key().display();
        if (item instanceof FileItem file) {
            fields.put("size", file.size());
            fields.put("modified", file.modified().toString());
            if (details) {
                line = Texts.padLeft(Figures.bytes(file.size()), 9) + "  "
                        + Texts.pad(file.modified().toString(), 30) + "  " + line;
            }
        }
        show(line, fields);
    }

    /** Shows one more, if there may be one. */
    private void show(String line, Map<String, Object> fields) {
        if (count == limit) {
            more = true;
        } else if (screen().isJson()) {
            screen().text((count++ == 0 ? "\n" : ",\n") + Json.line(fields));
        } else {
            screen().line(line);
            count++;
        }
    }
}
