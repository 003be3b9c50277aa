package io.waybill.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** CSV whose key has no type, so that it is text. */
class CsvTextKeyTablesTest extends CsvTablesTest {
    @Override
    Map<String, String> types() {
        return Map.of("number", "integer", "amount", "decimal");
    }

    @Override
    protected List<Shape> shapes() {
        return List.of(Shape.TEXT_KEY, Shape.PAIR_KEY);
    }

    /** What is written as a number is read as text. */
    @Override
    @Test
    protected void onlyWantedColumnsAreReadAndTheKeyIsKnownAllTheSame() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, List.of(row(7, "Ada", "1.50")));
        try (Source.Opened opened = store().open(new Selection(table, List.of("name"), Long.MAX_VALUE))) {
            List<Item> items = items(opened, opened.splits(1).get(0), null);
            assertThat(items).singleElement().isInstanceOfSatisfying(RowItem.class, item -> {
                assertThat(item.row()).isEqualTo(Row.of("name", Value.of("Ada")));
                assertThat(item.key()).isEqualTo(new RowKey(table, Row.of("id", Value.of("7"))));
            });
        }
    }

    /** Texts of one number differ. */
    @Override
    @Test
    protected void findTakesANumberInWhateverKindItComes() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, List.of(row(100, "Ada", "1.50")));
        RowKey whole = new RowKey(table, Row.of("id", Value.of(100)));
        RowKey decimal = new RowKey(table, Row.of("id", Value.of(new BigDecimal("100.0"))));
        assertThat(store().find(List.of(whole, decimal))).containsOnlyKeys(whole);
    }
}
