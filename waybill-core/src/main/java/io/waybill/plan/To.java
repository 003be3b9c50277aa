package io.waybill.plan;

import io.waybill.mapping.Template;

/**
 * Where a move goes.
 *
 * @param store its name in the plan
 * @param path in the store: a folder, a file, a template or a table
 */
public record To(String store, Template path) {
    /** Whether items keep their paths below it: it ends in a slash, or is the whole store. */
    public boolean isFolder() {
        return path.text().isEmpty() || path.endsWith("/");
    }

    /** As it stands in a plan. */
    public String text() {
        return store + ":" + path.text();
    }
}
