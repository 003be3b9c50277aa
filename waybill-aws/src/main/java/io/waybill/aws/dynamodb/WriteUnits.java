package io.waybill.aws.dynamodb;

import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * The write capacity units that a write takes: one for each kilobyte of the larger of the item before and after, and the same
 * again for each index in which it changes. Rows are in natural form.
 */
final class WriteUnits {
    private static final int UNIT = 1024;

    private WriteUnits() {}

    /**
     * What an index holds of items that have its key.
     *
     * @param fields null for all
     */
    record Index(List<String> key, @Nullable Set<String> fields) {
        /** What it holds of an item; null for nothing. */
        private @Nullable Row of(@Nullable Row item) {
            if (item == null || !item.names().containsAll(key)) {
                return null;
            }
            return fields == null ? item : item.only(List.copyOf(fields));
        }
    }

    /** All indexes of a table. */
    static List<Index> indexes(TableDescription table) {
        List<Index> indexes = new ArrayList<>();
        table.globalSecondaryIndexes().forEach(index -> indexes.add(of(table, index.keySchema(), index.projection())));
        table.localSecondaryIndexes().forEach(index -> indexes.add(of(table, index.keySchema(), index.projection())));
        return List.copyOf(indexes);
    }

    private static Index of(TableDescription table, List<KeySchemaElement> schema, Projection projection) {
        List<String> key = schema.stream().map(KeySchemaElement::attributeName).toList();
        if (projection.projectionType() == ProjectionType.ALL) {
            return new Index(key, null);
        }
        Set<String> fields = new LinkedHashSet<>(key);
        table.keySchema().forEach(element -> fields.add(element.attributeName()));
        fields.addAll(projection.nonKeyAttributes());
        return new Index(key, fields);
    }

    /** What a write takes that makes one item of another; either may be null. */
    static long of(List<Index> indexes, @Nullable Row before, @Nullable Row after) {
        long units = Math.max(1, Math.max(units(before), units(after)));
        for (Index index : indexes) {
            units += of(index, index.of(before), index.of(after));
        }
        return units;
    }

    private static long of(Index index, @Nullable Row before, @Nullable Row after) {
        if (before == null || after == null) {
            return units(before) + units(after);
        } else if (!isEqual(before.only(index.key()), after.only(index.key()))) {
            return units(before) + units(after);
        }
        return isEqual(before, after) ? 0 : Math.max(units(before), units(after));
    }

    private static boolean isEqual(Row a, Row b) {
        return Canonical.digest(a).equals(Canonical.digest(b));
    }

    private static long units(@Nullable Row item) {
        return item == null ? 0 : (ItemSize.of(item) + UNIT - 1) / UNIT;
    }
}
