package io.waybill.store;

import org.jspecify.annotations.Nullable;

/**
 * What the target answered about an effect, or what was read from it.
 *
 * @param version of the item as written; {@link Version#NONE} where the store has none
 * @param checksum computed by the store over what it received, if it says one
 */
public record Evidence(Version version, @Nullable Checksum checksum) {
    public static final Evidence NONE = new Evidence(Version.NONE, null);
}
