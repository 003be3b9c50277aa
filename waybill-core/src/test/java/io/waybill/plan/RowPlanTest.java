package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.mapping.Names;
import io.waybill.mapping.RowMapping;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowPlanTest {
    private static final TableStore.Table BUYERS = new TableStore.Table(
            "buyers",
            List.of(
                    new TableStore.Column("buyer_no", "integer", false),
                    new TableStore.Column("full_name", "text", true),
                    new TableStore.Column("email", "text", true),
                    new TableStore.Column("created_date", "date", true),
                    new TableStore.Column("city", "text", true),
                    new TableStore.Column("a", "text", true),
                    new TableStore.Column("b", "any", true)),
            List.of("buyer_no"),
            false);

    private static Names names(Plan plan, Row row) {
        return Names.of(plan.namespace())
                .with("vars", plan.vars())
                .with("row", row)
                .with("run", Row.of("started", new Value.Timestamp(Instant.parse("2024-03-09T10:00:00Z"))))
                .with("batch", Row.of("id", Value.of("r1.3")));
    }

    private static RowMapping mapping(Move move) {
        RowMapping mapping = move.row();
        assertThat(mapping).isNotNull();
        return mapping == null ? RowMapping.only(List.of()) : mapping;
    }

    @Test
    void mapsABuyer() throws Exception {
        Plan plan = FilePlanTest.plan(Samples.ROWS);
        Move move = plan.moves().get(0);
        Map<String, Value> row = new LinkedHashMap<>();
        row.put("buyer_no", Value.of(7));
        row.put("full_name", Value.of(" Ada "));
        row.put("email", Value.NULL);
        row.put("created_date", new Value.Date(LocalDate.parse("2024-03-09")));
        row.put("city", Value.of("Oslo"));
        row.put("a", Value.of("x"));
        row.put("b", Value.of(2));

        assertThat(move.rows()).isTrue();
        assertThat(move.key()).containsExactly("buyer_no");
        assertThat(move.exclusive()).isTrue();
        assertThat(move.verify()).isEqualTo(Verify.END);
        assertThat(move.from()).singleElement().extracting(From::path).isEqualTo("buyers");
        assertThat(move.to().path().literal()).isEqualTo("BuyersTable-dev");
        Row mapped = mapping(move).apply(names(plan, Row.of(row)));
        assertThat(mapped.names())
                .containsExactly(
                        "buyerId", "name", "createdAt", "place", "batch", "started", "code", "text", "literal");
        assertThat(mapped.find("name")).isEqualTo(Value.of("Ada"));
        assertThat(mapped.find("createdAt")).isEqualTo(new Value.Timestamp(Instant.parse("2024-03-09T00:00:00Z")));
        assertThat(mapped.find("batch")).isEqualTo(Value.of("r1.3"));
        assertThat(mapped.find("code")).isEqualTo(Value.of("007"));
        assertThat(mapped.find("text")).isEqualTo(Value.of("x-2"));
        assertThat(mapped.find("literal")).isEqualTo(Value.of("${x}"));
        Map<String, Value> place = new LinkedHashMap<>();
        place.put("city", Value.of("Oslo"));
        place.put("zip", new Value.Int(BigInteger.valueOf(16)));
        place.put(
                "list",
                new Value.ListOf(List.of(
                        Value.of(1), Value.of("a"), Value.of(new BigDecimal("1.50")), Value.NULL, Value.of(true))));
        place.put("7", new Value.MapOf(Map.of()));
        assertThat(mapped.find("place")).isEqualTo(new Value.MapOf(place));
    }

    @Test
    void filtersRowsByTheirColumns() throws Exception {
        Plan plan = FilePlanTest.plan(Samples.ROWS);
        var where = plan.moves().get(0).where();
        assertThat(where).isNotNull();
        if (where != null) {
            Value late = new Value.Date(LocalDate.parse("2024-01-01"));
            Value early = new Value.Date(LocalDate.parse("2023-12-31"));
            assertThat(where.test(names(plan, Row.of("created_date", late)))).isTrue();
            assertThat(where.test(names(plan, Row.of("created_date", early)))).isFalse();
            assertThat(where.test(names(plan, Row.of("created_date", Value.NULL))))
                    .isFalse();
            assertThat(where.test(names(plan, Row.EMPTY))).isFalse();
        }
    }

    @Test
    void namesItsTableByAVariable() throws Exception {
        String yaml = """
                waybill: 1
                name: p
                vars: { assets: {} }
                stores: { db: "dynamodb://us-east-1" }
                moves:
                  - from: db:${vars.assets}
                    to: db:${vars.assets}-new
                """;
        Move move = FilePlanTest.plan(yaml, "assets=Items").moves().get(0);
        assertThat(move.from().get(0).path()).isEqualTo("Items");
        assertThat(move.to().path().literal()).isEqualTo("Items-new");
        assertThat(move.to().path().isConstant()).isTrue();
    }

    @Test
    void fitsTheTableThatItReads() throws Exception {
        Plan plan = FilePlanTest.plan(Samples.ROWS);
        assertThat(plan.check(plan.moves().get(0), BUYERS)).isEmpty();
    }

    @Test
    void saysWhatDoesNotFitTheTableThatItReads() throws Exception {
        String yaml = """
                waybill: 1
                name: p
                stores: { db: "sqlite:app.db", aws: "dynamodb://us-east-1" }
                moves:
                  - from: db:buyers
                    to: aws:Buyers
                    key: buyer_nr
                    where: row.creatd_date >= date('2024-01-01') && row.buyer_no == 'x'
                    row:
                      set:
                        name: ${lower(row.buyer_no)}
                        mail: x/${row.emial}
                """;
        Plan plan = FilePlanTest.plan(yaml);
        assertThat(plan.check(plan.moves().get(0), BUYERS))
                .extracting(Problem::toString)
                .containsExactly(
                        "waybill.yaml:7:10: in \"key\": no column \"buyer_nr\" in buyers -> did you mean \"buyer_no\"?",
                        "waybill.yaml:8:12: in \"where\": no column \"creatd_date\" in buyers -> did you mean \"created_date\"?",
                        "waybill.yaml:8:66: in \"where\": cannot compare integer with text -> convert the text with int(...)",
                        "waybill.yaml:11:17: in \"name\": lower(integer) does not exist -> there is lower(text)",
                        "waybill.yaml:12:19: in \"mail\": no column \"emial\" in buyers -> did you mean \"email\"?");
        TableStore.Table open = new TableStore.Table("items", List.of(), List.of("id"), true);
        assertThat(plan.check(plan.moves().get(0), open)).isEmpty();
    }
}
