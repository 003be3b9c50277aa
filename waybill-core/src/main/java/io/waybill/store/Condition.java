package io.waybill.store;

import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must hold at the target for an effect to happen; the store checks it together with the write where it can. */
public sealed interface Condition {
    /** Nothing stands at the key. */
    record Absent() implements Condition {}

    /** Whatever stands there or not. */
    record Any() implements Condition {}

    /**
     * What stands there is what we saw: by the store's version, by digest, or by the old values of named fields. At least
     * one is given; a store uses the strongest it can check.
     *
     * @param fields old values of the fields that matter
     * @param missing fields that must be missing
     */
    record Unchanged(
            @Nullable Version version,
            @Nullable Digest digest,
            @Nullable Row fields,
            List<String> missing) implements Condition {
        public Unchanged {
            missing = List.copyOf(missing);
        }

        public static Unchanged version(Version version) {
            return new Unchanged(version, null, null, List.of());
        }

        public static Unchanged digest(Digest digest) {
            return new Unchanged(null, digest, null, List.of());
        }
    }

    Condition ABSENT = new Absent();
    Condition ANY = new Any();
}
