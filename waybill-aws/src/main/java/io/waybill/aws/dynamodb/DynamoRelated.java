package io.waybill.aws.dynamodb;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * Items that have given values in the key of their table or of an index, or in its partition key. A global index is read as it
 * is: DynamoDB has no consistent read of one.
 */
final class DynamoRelated {
    private DynamoRelated() {}

    /** The keys of the indexes that hold whole items, by name. */
    static Map<String, List<String>> indexes(TableDescription table) {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        if (table.hasGlobalSecondaryIndexes()) {
            table.globalSecondaryIndexes()
                    .forEach(index -> add(index.indexName(), index.projection(), index.keySchema(), indexes));
        }
        if (table.hasLocalSecondaryIndexes()) {
            table.localSecondaryIndexes()
                    .forEach(index -> add(index.indexName(), index.projection(), index.keySchema(), indexes));
        }
        return indexes;
    }

    private static void add(
            String name, Projection projection, List<KeySchemaElement> schema, Map<String, List<String>> into) {
        if (projection.projectionType() == ProjectionType.ALL) {
            List<String> key = new ArrayList<>();
            for (KeyType part : List.of(KeyType.HASH, KeyType.RANGE)) {
                schema.stream()
                        .filter(element -> element.keyType() == part)
                        .forEach(element -> key.add(element.attributeName()));
            }
            into.put(name, key);
        }
    }

    static Map<Row, List<Row>> find(
            DynamoStore store, DynamoStore.Schema schema, List<String> columns, Collection<Row> values)
            throws StoreException {
        String index = null;
        if (!serves(schema.key(), columns)) {
            index = schema.indexes().entrySet().stream()
                    .filter(each -> serves(each.getValue(), columns))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow(() -> new StoreException(
                            Kind.INVALID,
                            "Cannot find items of " + schema.table().name() + " in " + store.location() + " by "
                                    + String.join(", ", columns)
                                    + ": no key or index that holds whole items begins with that. Its key is "
                                    + String.join(", ", schema.key()) + "; its indexes: " + schema.indexes() + "."));
        }
        String by = index;
        List<Row> wanted = List.copyOf(values);
        List<Callable<List<Row>>> queries = new ArrayList<>();
        wanted.forEach(value -> queries.add(() -> query(store, schema, by, value)));
        List<List<Row>> answers =
                Together.ask(store, "Cannot read " + schema.table().name() + " in " + store.location(), queries);
        Map<Row, List<Row>> found = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            if (!answers.get(i).isEmpty()) {
                found.put(wanted.get(i), answers.get(i));
            }
        }
        return found;
    }

    /** Whether a key can be asked for these columns: all of it, or its partition key. */
    private static boolean serves(List<String> key, List<String> columns) {
        return columns.size() <= key.size()
                && columns.contains(key.get(0))
                && key.subList(0, columns.size()).containsAll(columns);
    }

    private static List<Row> query(DynamoStore store, DynamoStore.Schema schema, @Nullable String index, Row value)
            throws StoreException {
        Row natural = NaturalForm.of(value, store.location());
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        StringBuilder condition = new StringBuilder();
        int i = 0;
        for (Map.Entry<String, AttributeValue> field : Attributes.of(natural).entrySet()) {
            names.put("#k" + i, field.getKey());
            values.put(":v" + i, field.getValue());
            condition
                    .append(i == 0 ? "" : " AND ")
                    .append("#k")
                    .append(i)
                    .append(" = :v")
                    .append(i);
            i++;
        }
        QueryRequest.Builder request = QueryRequest.builder()
                .tableName(schema.table().name())
                .keyConditionExpression(condition.toString())
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .consistentRead(index == null);
        if (index != null) {
            request.indexName(index);
        }
        List<Row> rows = new ArrayList<>();
        String task = "Cannot read " + schema.table().name() + " in " + store.location();
        while (true) {
            QueryResponse answer = store.call(task, false, () -> store.client().query(request.build()));
            for (Map<String, AttributeValue> item : answer.items()) {
                rows.add(Attributes.row(item, schema.key()));
            }
            if (!answer.hasLastEvaluatedKey() || answer.lastEvaluatedKey().isEmpty()) {
                return rows;
            }
            request.exclusiveStartKey(answer.lastEvaluatedKey());
        }
    }
}
