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

    /** The folder below which every target stands, as far as the text tells: empty or with a slash at its end. */
    public String listed() {
        String text = path.text();
        int template = text.indexOf("${");
        String literal = template < 0 ? text : text.substring(0, template);
        return literal.substring(0, literal.lastIndexOf('/') + 1);
    }

    /** As it stands in a plan. */
    public String text() {
        return store + ":" + path.text();
    }
}
