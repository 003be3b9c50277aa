package io.waybill.cli;

import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.StoreSpec;
import io.waybill.report.Texts;
import io.waybill.store.FileItem;
import io.waybill.store.Item;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Writes a plan for what really stands at an address: each folder at its top becomes a group. */
final class FoundPlan {
    /** So many items are looked at; when there are more, the whole store is one group. */
    private static final int LOOKED_AT = 20_000;

    private static final int MOST_GROUPS = 40;

    private FoundPlan() {}

    static String of(Waybill waybill, String from, String to) throws IOException, PlanException {
        Plan target = Addresses.plan(waybill, to); // refuses an address that no store understands
        Plan source = Addresses.plan(waybill, from);
        StringBuilder yaml =
                new StringBuilder("waybill: 1\nname: ").append(name(from)).append('\n');
        String here = isCloud(source) ? "cloud" : "disk";
        String there =
                isCloud(target) ? here.equals("cloud") ? "target" : "cloud" : here.equals("disk") ? "target" : "disk";
        yaml.append("stores:\n  ").append(here).append(": ").append(Yaml.scalar(Yaml.literal(Addresses.store(from))));
        yaml.append("\n  ").append(there).append(": ").append(Yaml.scalar(Yaml.literal(Addresses.store(to))));
        yaml.append("\nmoves:\n");
        List<String> entries = entries(waybill, source);
        if (entries.size() == 1) {
            yaml.append("  - from: ")
                    .append(Yaml.quoted(here + ":" + entries.get(0)))
                    .append('\n');
        } else {
            yaml.append("  - from:\n");
            entries.forEach(entry -> yaml.append("      - ")
                    .append(Yaml.quoted(here + ":" + entry))
                    .append('\n'));
        }
        return yaml.append("    to: ")
                .append(Yaml.quoted(there + ":"))
                .append('\n')
                .toString();
    }

    private static boolean isCloud(Plan plan) {
        return !plan.store(Addresses.STORE).type().equals("files");
    }

    /** A name for the plan, from the last part of an address. */
    static String name(String from) {
        String last = from.replaceAll("\\?.*", "").replaceAll("/+$", "").replaceAll(".*[/:]", "");
        String word = last.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^-+|-+$", "");
        return word.isEmpty() ? "migration" : word.substring(0, Math.min(40, word.length()));
    }

    /** What {@code from} lists: the folders at the top, and the files beside them. */
    private static List<String> entries(Waybill waybill, Plan plan) throws IOException {
        StoreSpec spec = plan.store(Addresses.STORE);
        StoreProvider provider = Providers.of(spec);
        TreeSet<String> folders = new TreeSet<>();
        boolean files = false;
        long seen = 0;
        try (Store store = provider.open(
                spec.settings(plan.folder(), waybill.surroundings().environment()))) {
            if (!(store instanceof Source source)) {
                throw new StoreException(
                        StoreException.Kind.INVALID, "Cannot read " + store.location() + ": it is no source.");
            }
            try (Source.Opened opened = source.open(Selection.all(""))) {
                for (Source.Split split : opened.splits(1)) {
                    try (Source.Items items = opened.read(split, null)) {
                        Source.Page page = items.next();
                        while (page != null) {
                            for (Item item : page.items()) {
                                seen++;
                                if (item instanceof FileItem file) {
                                    String path = file.key().path();
                                    int slash = path.indexOf('/');
                                    files |= slash < 0;
                                    if (slash >= 0) {
                                        folders.add(path.substring(0, slash + 1));
                                    }
                                }
                            }
                            page = seen > LOOKED_AT ? null : items.next();
                        }
                    }
                }
            }
            if (seen == 0) {
                waybill.screen().message("Nothing stands at " + store.location() + " yet.");
            }
        }
        boolean odd =
                folders.stream().anyMatch(folder -> folder.indexOf('*') >= 0 || !folder.equals(Texts.safe(folder)));
        if (seen > LOOKED_AT || folders.isEmpty() || folders.size() > MOST_GROUPS || odd) {
            return List.of("");
        }
        List<String> entries = new ArrayList<>(folders);
        if (files) {
            entries.add("*");
        }
        return entries;
    }
}
