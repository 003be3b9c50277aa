package io.waybill.cli;

import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.StoreSpec;
import io.waybill.report.Texts;
import io.waybill.store.FileKey;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Turns two addresses into a plan of one move. */
record CopyPlan(String name, String from, String fromStore, String to, String toStore) {
    /** Where a single file is: the store of its folder, and its name in it. */
    private record Split(String store, String name) {}

    static CopyPlan of(Waybill waybill, String source, String target) throws IOException, PlanException {
        String name = name(waybill, source, target);
        boolean file = isFile(waybill, source);
        if (!file) {
            return new CopyPlan(name, "", Addresses.store(source), "", Addresses.store(target));
        }
        Split from = split(source);
        if (from.name().indexOf('*') >= 0) {
            throw new CliException(
                    Code.USAGE,
                    "Cannot copy " + Texts.safe(source) + " by itself: a star in a path is a pattern. Copy its folder with"
                            + " --match.");
        }
        boolean folder = target.endsWith("/")
                || (Addresses.isUrl(target) ? place(target).isEmpty() : Files.isDirectory(waybill.path(target)));
        if (folder) {
            return new CopyPlan(name, from.name(), from.store(), "", Addresses.store(target));
        }
        Split to = split(target);
        return new CopyPlan(name, from.name(), from.store(), Yaml.literal(to.name()), to.store());
    }

    /** Whether an address means one file. What is not there counts as a folder; the plan will say that it is missing. */
    private static boolean isFile(Waybill waybill, String address) throws IOException, PlanException {
        if (address.endsWith("/")) {
            return false;
        } else if (!Addresses.isUrl(address)) {
            Path path = waybill.path(address);
            if (!Files.exists(path)) {
                throw new StoreException(
                        StoreException.Kind.NOT_FOUND,
                        "Cannot copy " + waybill.show(path) + ": there is no such file or folder. Nothing was written.");
            }
            return !Files.isDirectory(path);
        } else if (!address.contains("://") || place(address).isEmpty()) {
            return false;
        }
        Split split = split(address);
        Plan plan = Addresses.plan(waybill, split.store());
        StoreSpec spec = plan.store(Addresses.STORE);
        StoreProvider provider = Providers.all().get(spec.type());
        if (provider == null) {
            return false;
        }
        FileKey key = new FileKey(split.name());
        try (Store store = provider.open(spec.settings(plan.folder(), waybill.surroundings().environment()))) {
            return store.find(List.of(key)).containsKey(key);
        }
    }

    /** What stands in a URL between the first name and the query: the path within a bucket. */
    private static String place(String url) {
        int question = url.indexOf('?');
        String whole = question < 0 ? url : url.substring(0, question);
        int slash = whole.indexOf('/', whole.indexOf("://") + 3);
        return slash < 0 ? "" : whole.substring(slash + 1);
    }

    private static Split split(String address) {
        int question = Addresses.isUrl(address) ? address.indexOf('?') : -1;
        String query = question < 0 ? "" : address.substring(question);
        String whole = question < 0 ? address : address.substring(0, question);
        int slash = whole.lastIndexOf('/');
        String folder = slash < 0 ? "." : slash == 0 ? "/" : whole.substring(0, slash);
        return new Split(Addresses.store(folder) + query, whole.substring(slash + 1));
    }

    /** A name that is the same for the same two addresses, and tells people a little. */
    private static String name(Waybill waybill, String source, String target) {
        String from = Addresses.isUrl(source) ? source : waybill.path(source).toString();
        String to = Addresses.isUrl(target) ? target : waybill.path(target).toString();
        String both = strip(from) + "\n" + strip(to);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(both.getBytes(StandardCharsets.UTF_8));
            String last = strip(from).replaceAll("\\?.*", "").replaceAll(".*/", "");
            String word = last.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^-+|-+$", "");
            String shown = word.isEmpty() ? "all" : word.substring(0, Math.min(30, word.length()));
            return "copy-" + shown + "-" + HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String strip(String address) {
        return address.length() > 1 && address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    /** The plan as a file would have it. */
    String yaml() {
        return "waybill: 1\nname: " + name + "\nstores:\n  src: " + Yaml.quoted(Yaml.literal(fromStore)) + "\n  dst: "
                + Yaml.quoted(Yaml.literal(toStore)) + "\nmoves:\n  - name: copy\n    from: " + Yaml.quoted("src:" + from)
                + "\n    to: " + Yaml.quoted("dst:" + to) + "\n";
    }
}
