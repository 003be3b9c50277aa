package io.waybill.store;

import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an effect writes. */
public sealed interface Content {
    /**
     * A whole small file, or what is known of a large one before its parts are sent.
     *
     * @param size in bytes
     * @param bytes the content, position to limit, for a file sent in one piece; null for an upload in parts. A target reads
     *     it through a duplicate and leaves its position alone, so a retry sends the same bytes
     * @param sha256 of the whole content; null only when an upload in parts begins
     * @param attributes as in {@link FileItem#attributes}
     */
    record FileContent(
            long size, @Nullable ByteBuffer bytes, @Nullable Digest sha256, Map<String, String> attributes)
            implements Content {
        public FileContent {
            attributes = Map.copyOf(attributes);
        }
    }

    /** A whole row. */
    record RowContent(Row row) implements Content {}

    /** Changes to some fields of a row. */
    record RowPatch(Row set, List<String> drop) implements Content {
        public RowPatch {
            drop = List.copyOf(drop);
        }
    }

    /** Nothing: for a removal. */
    record None() implements Content {}
}
