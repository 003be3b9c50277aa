package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTableStoreTest extends TableStoreContract {
    private static int names;

    private final MemoryTableStore memory = new MemoryTableStore("test", 100);

    @Override
    protected TableStore open() {
        return memory;
    }

    @Override
    protected String create(Shape shape) {
        List<TableStore.Column> columns = new ArrayList<>();
        for (String key : shape.key()) {
            boolean text = key.equals("town") || shape == Shape.TEXT_KEY;
            columns.add(new TableStore.Column(key, text ? "text" : "integer", false));
        }
        columns.add(new TableStore.Column("name", "text", true));
        columns.add(new TableStore.Column("amount", "decimal", true));
        columns.add(new TableStore.Column("note", "text", true));
        String name = "t" + names++;
        memory.create(new TableStore.Table(name, columns, shape.key(), false));
        return name;
    }

    @Override
    protected void fill(String table, List<Row> rows) throws StoreException {
        List<String> key = memory.table(table).key();
        List<Effect> effects = new ArrayList<>();
        for (Row row : rows) {
            effects.add(
                    Effect.put(new RowKey(table, row.only(key)), new Content.RowContent(row), Condition.ANY, "fill"));
        }
        memory.apply(effects);
    }

    @Override
    protected int manyRows() {
        return 900;
    }

    @Override
    protected String valueTable(Value value) {
        return create(Shape.INTEGER_KEY);
    }

    @Override
    protected TableStore openUnreachable() {
        return memory;
    }

    @Override
    protected TableStore openWithWrongSecret() {
        return memory;
    }

    /** Memory is always there. */
    @Override
    @Test
    protected void aServerThatIsNotThereIsUnavailable() {
        assertThatCode(() -> memory.table(create(Shape.INTEGER_KEY))).doesNotThrowAnyException();
    }

    /** Memory is always there. */
    @Override
    @Test
    protected void noEffectReachesAServerThatIsNotThere() {
        assertThatCode(() -> memory.apply(List.of())).doesNotThrowAnyException();
    }

    /** Memory asks for no credentials. */
    @Override
    @Test
    protected void wrongCredentialsAreDeniedWithoutShowingThem() {
        assertThatCode(() -> openWithWrongSecret().find(List.of())).doesNotThrowAnyException();
    }
}
