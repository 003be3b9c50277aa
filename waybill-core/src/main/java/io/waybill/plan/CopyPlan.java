package io.waybill.plan;

import io.waybill.value.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan of one move that needs no file: {@code waybill copy SRC DST}. Its name comes from both ends, so the same copy in
 * the same folder is the same series.
 */
public final class CopyPlan {
    private CopyPlan() {}

    /**
     * A place to copy from or to.
     *
     * @param store a URL or a path, as a plan takes it
     * @param path in the store; empty, or with a slash at its end, for a folder
     */
    public record End(String store, String path) {
        /**
         * Splits what a user wrote: of {@code s3://bucket/prefix/?region=x}, the bucket with its query is the store and the
         * rest the path; of a path on this machine, everything up to the last slash is the store, so a folder needs
         * its slash.
         */
        public static End parse(String text) {
            int slashes = text.indexOf("://");
            if (slashes < 0) {
                if (!PlanContext.isPath(text) && text.indexOf(':') > 0) {
                    return new End(text, "");
                }
                int last = text.lastIndexOf('/');
                String name = text.substring(last + 1);
                if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                    return new End(relative(text), "");
                }
                return new End(last < 0 ? "./" : relative(text.substring(0, last + 1)), name);
            }
            int query = text.indexOf('?');
            String body = query < 0 ? text : text.substring(0, query);
            int slash = body.indexOf('/', slashes + 3);
            if (slash < 0) {
                return new End(text, "");
            }
            return new End(
                    body.substring(0, slash) + (query < 0 ? "" : text.substring(query)), body.substring(slash + 1));
        }

        private static String relative(String path) {
            return PlanContext.isPath(path) ? path : "./" + path;
        }

        /** The same place as a folder. */
        public End asFolder() {
            return path.isEmpty() || path.endsWith("/") ? this : new End(store, path + "/");
        }
    }

    /**
     * The plan that copies one place to another. What stands below a folder keeps its path below the target.
     *
     * @param folder relative paths are relative to it
     * @throws PlanException with everything that is wrong; positions are those of the plan that stands for the copy
     */
    public static Plan of(End source, End target, Path folder, PlanContext context) throws PlanException {
        boolean isFolder = source.path().isEmpty() || source.path().endsWith("/") || Glob.isPattern(source.path());
        End to = isFolder ? target.asFolder() : target;
        boolean keepsName = to.path().isEmpty() || to.path().endsWith("/");
        String path = to.path().replace("${", "$${") + (keepsName ? "${file.below}" : "");
        String ends = source.store() + " " + source.path() + " " + to.store() + " " + to.path();
        String name = "copy-"
                + Digest.sha256(ends.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 12);
        List<Node.Entry> stores = new ArrayList<>();
        stores.add(entry("source", text(source.store().replace("${", "$${"))));
        stores.add(entry("target", text(to.store().replace("${", "$${"))));
        List<Node.Entry> move = new ArrayList<>();
        move.add(entry("name", text("copy")));
        move.add(entry("from", text("source:" + source.path().replace("${", "$${"))));
        move.add(entry("to", text("target:" + path)));
        List<Node.Entry> plan = new ArrayList<>();
        plan.add(entry("waybill", text("1")));
        plan.add(entry("name", text(name)));
        plan.add(entry("stores", new Node.Mapping(stores, 0, 0)));
        plan.add(entry("moves", new Node.Sequence(List.of(new Node.Mapping(move, 0, 0)), 0, 0)));
        return new PlanReader("copy", folder, context).read(new Node.Mapping(plan, 0, 0));
    }

    private static Node.Entry entry(String name, Node value) {
        return new Node.Entry(text(name), value);
    }

    private static Node.Scalar text(String text) {
        return new Node.Scalar(text, false, -1, 0, 0);
    }
}
