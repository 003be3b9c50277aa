package io.waybill.cli;

import io.waybill.plan.StoreSpec;
import io.waybill.store.MetricsProvider;
import io.waybill.store.StoreProvider;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The connectors that are there. */
final class Providers {
    private static @Nullable Map<String, StoreProvider> known;

    private Providers() {}

    /** By type, in its order. Loading a provider loads no more of its connector. */
    static synchronized Map<String, StoreProvider> all() {
        Map<String, StoreProvider> found = known;
        if (found == null) {
            found = new TreeMap<>();
            for (StoreProvider provider : ServiceLoader.load(StoreProvider.class, Providers.class.getClassLoader())) {
                found.put(provider.type(), provider);
            }
            known = found;
        }
        return found;
    }

    /** The services that figures of runs can be published to, by type. */
    static Map<String, MetricsProvider> metrics() {
        Map<String, MetricsProvider> found = new TreeMap<>();
        for (MetricsProvider provider : ServiceLoader.load(MetricsProvider.class, Providers.class.getClassLoader())) {
            found.put(provider.type(), provider);
        }
        return found;
    }

    /** The one that opens a store of a plan. */
    static StoreProvider of(StoreSpec spec) {
        StoreProvider provider = all().get(spec.type());
        if (provider == null) {
            throw new IllegalStateException("no provider of type " + spec.type());
        }
        return provider;
    }
}
