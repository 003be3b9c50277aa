package io.waybill.engine;

import io.waybill.ledger.LedgerFile;
import io.waybill.plan.Plan;
import io.waybill.store.MetricsProvider;
import io.waybill.store.StoreProvider;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a migration works with; made by whoever wires.
 *
 * @param providers by store type
 * @param metrics services that figures can be published to, by type
 * @param environment environment variables; answers null for one that is not set
 * @param owner who is at work, for others to read, for example {@code waybill run, process 4711 on host a}
 */
public record Setup(
        Plan plan,
        LedgerFile ledger,
        Map<String, StoreProvider> providers,
        Map<String, MetricsProvider> metrics,
        UnaryOperator<@Nullable String> environment,
        InstantSource clock,
        String owner) {
    /** Without services that figures are published to. */
    public Setup(
            Plan plan,
            LedgerFile ledger,
            Map<String, StoreProvider> providers,
            UnaryOperator<@Nullable String> environment,
            InstantSource clock,
            String owner) {
        this(plan, ledger, providers, Map.of(), environment, clock, owner);
    }
}
