package io.waybill.store;

import java.util.List;
import java.util.Set;

/**
 * What a probe found.
 *
 * @param createsConditionally a write on condition of absence is refused when something stands there
 * @param completesConditionally the same at the end of an upload in parts
 * @param replacesConditionally a write on condition of a version is refused when it is another
 * @param removesConditionally a removal on condition of a version is refused when it is another
 * @param honestChecksums algorithms (as in {@link Checksum}) for which a wrong checksum was refused and a right one is
 *     computed by the store and answered
 * @param clockSkewMillis the store's clock minus ours
 * @param notes findings for people, one line each
 */
public record Abilities(
        boolean createsConditionally,
        boolean completesConditionally,
        boolean replacesConditionally,
        boolean removesConditionally,
        Set<String> honestChecksums,
        long clockSkewMillis,
        List<String> notes) {
    /** Nothing is proven. */
    public static final Abilities NONE = new Abilities(false, false, false, false, Set.of(), 0, List.of());

    public Abilities {
        honestChecksums = Set.copyOf(honestChecksums);
        notes = List.copyOf(notes);
    }
}
