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
 * @param most how many items of each move there are, the first ones of its source; {@link Long#MAX_VALUE} for all
 */
public record Setup(
        Plan plan,
        LedgerFile ledger,
        Map<String, StoreProvider> providers,
        Map<String, MetricsProvider> metrics,
        UnaryOperator<@Nullable String> environment,
        InstantSource clock,
        String owner,
        long most) {
    /** With all items. */
    public Setup(
            Plan plan,
            LedgerFile ledger,
            Map<String, StoreProvider> providers,
            Map<String, MetricsProvider> metrics,
            UnaryOperator<@Nullable String> environment,
            InstantSource clock,
            String owner) {
        this(plan, ledger, providers, metrics, environment, clock, owner, Long.MAX_VALUE);
    }

    /** The same, without services that figures are published to. */
    public Setup(
            Plan plan,
            LedgerFile ledger,
            Map<String, StoreProvider> providers,
            UnaryOperator<@Nullable String> environment,
            InstantSource clock,
            String owner) {
        this(plan, ledger, providers, Map.of(), environment, clock, owner);
    }

    /**
     * The same for a rehearsal: the first items of each move, with a ledger of its own. Hooks are not called and nothing is
     * published, sources are kept, no table is backed up, no sequence is advanced, and references to other moves are not
     * checked, since only a few of their rows are there.
     */
    public Setup rehearsal(LedgerFile own, long items) {
        return new Setup(Rehearsal.plan(plan), own, providers, Map.of(), environment, clock, owner, items);
    }
}
