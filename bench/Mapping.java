import io.waybill.mapping.Names;
import io.waybill.plan.Move;
import io.waybill.plan.PlanContext;
import io.waybill.plan.Plans;
import io.waybill.store.StoreProvider;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * How many rows a second of CPU time one thread maps: eight fields, four of them exact decimals or made of them. Prints one
 * line a round.
 */
class Mapping {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String PLAN =
            """
            waybill: 1
            name: bench
            stores: { a: { type: files, root: . } }
            moves:
              - name: sales
                from: a:in.jsonl
                to: a:out.jsonl
                key: saleId
                row:
                  only:
                    saleId: ${row.sale_no}
                    name: ${trim(row.full_name)}
                    email?: ${lower(row.email)}
                    amount: ${decimal(row.amount)}
                    total: ${decimal(row.amount) * row.rate}
                    net: ${decimal(row.amount) - row.discount}
                    paid: ${when(row.due > decimal('0.00'), 'open', 'paid')}
                    createdAt: ${timestamp(row.created, 'UTC')}
            """;

    public static void main(String[] args) throws Exception {
        Map<String, StoreProvider> providers = new LinkedHashMap<>();
        ServiceLoader.load(StoreProvider.class).forEach(each -> providers.put(each.type(), each));
        PlanContext context = new PlanContext(providers, name -> null, List.of());
        Move move = Plans.parse("bench", PLAN.getBytes(StandardCharsets.UTF_8), Path.of("."), context)
                .moves()
                .get(0);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Map<String, Value> row = new LinkedHashMap<>();
            row.put("sale_no", Value.of(i));
            row.put("full_name", Value.of(" Name " + i + " "));
            row.put("email", Value.of("E" + i + "@Example.org"));
            row.put("amount", Value.of(i + ".25"));
            row.put("rate", Value.of(new BigDecimal("1.19")));
            row.put("discount", Value.of(new BigDecimal("0.10")));
            row.put("due", Value.of(BigDecimal.valueOf(i % 3, 2)));
            row.put("created", new Value.LocalTimestamp(LocalDateTime.of(2024, 1, 1, 0, 0).plusMinutes(i)));
            rows.add(Row.of(row));
        }
        Names names = Names.of("bench");
        long fields = 0;
        for (int round = 0; round < 8; round++) {
            long before = THREADS.getCurrentThreadCpuTime();
            for (int again = 0; again < 100; again++) {
                for (Row row : rows) {
                    fields += move.row().apply(names.with("row", row)).names().size();
                }
            }
            double seconds = (THREADS.getCurrentThreadCpuTime() - before) / 1e9;
            System.out.printf("mapped    %,.0f rows/s%n", 100 * rows.size() / seconds);
        }
        if (fields != 8L * 8 * 100 * rows.size()) {
            throw new IllegalStateException("rows lack fields: " + fields);
        }
    }
}
