package io.waybill.mapping;

import io.waybill.value.Row;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values behind the names of an expression, for one item: {@code row.}, {@code file.}, {@code vars.}, {@code run.},
 * {@code batch.}, {@code target.}. Immutable.
 */
public final class Names {
    private final String namespace;
    /** Newest first; there are only ever a few, and every row adds to those of its run. */
    private final @Nullable Root newest;

    private final boolean whole;

    private record Root(
            String name,
            Row fields,
            Map<String, String> unreadable,
            @Nullable Root older) {}

    private Names(String namespace, @Nullable Root newest, boolean whole) {
        this.namespace = namespace;
        this.newest = newest;
        this.whole = whole;
    }

    /** No names yet; {@code namespace} is the one that {@code id(...)} makes ids in: the plan's. */
    public static Names of(String namespace) {
        return new Names(namespace, null, true);
    }

    /** These names, and below {@code root} the fields of a row. */
    public Names with(String root, Row fields) {
        return new Names(namespace, new Root(root, fields, Map.of(), newest), whole);
    }

    /**
     * These names, and below {@code root} the fields of a row of which some could not be read.
     *
     * @param unreadable fields and why; an expression that needs one fails with that
     */
    public Names with(String root, Row fields, Map<String, String> unreadable) {
        return new Names(namespace, new Root(root, fields, unreadable, newest), whole && unreadable.isEmpty());
    }

    /** The fields below a root, or null if nothing stands there. */
    public @Nullable Row find(String root) {
        Root found = root(root);
        return found == null ? null : found.fields();
    }

    private @Nullable Root root(String name) {
        for (Root each = newest; each != null; each = each.older()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    /** Fails when the field below a root, or any of them, could not be read. */
    void require(String root, @Nullable String field, int position) throws MappingException {
        if (whole) {
            return;
        }
        Root found = root(root);
        if (found != null && !found.unreadable().isEmpty()) {
            String why = field == null
                    ? found.unreadable().values().iterator().next()
                    : found.unreadable().get(field);
            if (why != null) {
                throw new MappingException(position, why, null);
            }
        }
    }

    /** The namespace of generated ids. */
    public String namespace() {
        return namespace;
    }
}
