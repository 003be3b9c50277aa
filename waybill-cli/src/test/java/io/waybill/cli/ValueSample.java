package io.waybill.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of the corpus.
 *
 * @param id its key, in every store
 * @param label what it is, in words or as it is written
 * @param text the value: digits, ISO text, hexadecimal bytes, JSON; null for null
 * @param raw bytes that are no text, or null
 * @param own how some stores write it, where that is not made from the text; empty where they cannot
 */
record ValueSample(
        int id, ValueKind kind, String label, @Nullable String text, byte @Nullable [] raw, Map<String, String> own) {

    /** How this store writes it, where that is not made from the text. */
    @Nullable
    String own(String store) {
        return own.get(store);
    }
}
