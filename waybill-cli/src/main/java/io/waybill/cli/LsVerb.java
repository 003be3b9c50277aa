package io.waybill.cli;

import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import io.waybill.store.FileItem;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.Store;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what stands in a store of the plan, or at an address. */
@Command(
        description = "Everything below a folder, sorted as the store has it. Needs a plan only for a store's name.",
        footer = {
            "waybill ls s3:2024/",
            "waybill ls ./data -l",
            "waybill ls 's3://bucket/prefix?region=eu-west-1' --limit 20"
        })
final class LsVerb extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "STORE:PATH",
            description = "A store of the plan and a path in it, or a path or URL of its own.")
    String address = "";

    @Option(names = "-l", description = "Sizes and times too.")
    boolean details;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 1000")
    long limit = 1000;

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
        long count = 0;
        boolean more = false;
        try (Store store = spot.open(waybill)) {
            if (!(store instanceof Source source)) {
                throw new CliException(Code.USAGE, "Cannot list " + store.location() + ": it cannot be read from.");
            }
            try (Source.Opened opened = source.open(Selection.all(spot.path()))) {
                if (screen().isJson()) {
                    screen().text("{\"schema_version\": " + RunJson.SCHEMA + ", \"items\": [");
                }
                for (Source.Split split : opened.splits(1)) {
                    try (Source.Items items = opened.read(split, null)) {
                        Source.Page page = items.next();
                        while (page != null && !more) {
                            for (Item item : page.items()) {
                                if (count == limit) {
                                    more = true;
                                    break;
                                }
                                show(item, count++);
                            }
                            page = more || screen().isClosed() ? null : items.next();
                        }
                    }
                }
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

    private void show(Item item, long before) {
        if (screen().isJson()) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("name", item.key().display());
            fields.put("key", item.key().encoded());
            if (item instanceof FileItem file) {
                fields.put("size", file.size());
                fields.put("modified", file.modified().toString());
            }
            screen().text((before == 0 ? "\n" : ",\n") + io.waybill.report.Json.line(fields));
        } else if (details && item instanceof FileItem file) {
            screen().line(Texts.padLeft(Figures.bytes(file.size()), 9) + "  "
                    + Texts.pad(file.modified().toString(), 30) + "  "
                    + item.key().display());
        } else if (item instanceof RowItem row) {
            screen().line(row.key().display());
        } else {
            screen().line(item.key().display());
        }
    }
}
