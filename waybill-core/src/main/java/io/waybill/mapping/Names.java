package io.waybill.mapping;

import io.waybill.value.Row;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values behind the names of an expression, for one item: {@code row.}, {@code file.}, {@code vars.}, {@code run.},
 * {@code batch.}, {@code target.}. Immutable.
 */
public final class Names {
    private final String namespace;
    private final Map<String, Row> roots;

    private Names(String namespace, Map<String, Row> roots) {
        this.namespace = namespace;
        this.roots = roots;
    }

    /** No names yet; {@code namespace} is the one that {@code id(...)} makes ids in: the plan's. */
    public static Names of(String namespace) {
        return new Names(namespace, Map.of());
    }

    /** These names, and below {@code root} the fields of a row. */
    public Names with(String root, Row fields) {
        Map<String, Row> more = new HashMap<>(roots);
        more.put(root, fields);
        return new Names(namespace, more);
    }

    /** The fields below a root, or null if nothing stands there. */
    public @Nullable Row find(String root) {
        return roots.get(root);
    }

    /** The namespace of generated ids. */
    public String namespace() {
        return namespace;
    }
}
