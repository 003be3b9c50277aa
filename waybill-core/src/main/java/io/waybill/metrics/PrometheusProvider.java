package io.waybill.metrics;

import io.waybill.store.Metrics;
import io.waybill.store.MetricsProvider;
import io.waybill.store.RunFigures;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;

/** Finds and opens metrics for Prometheus: a port when {@code at} ends in digits, a file when it ends in .prom. */
public final class PrometheusProvider implements MetricsProvider {
    @Override
    public String type() {
        return "prometheus";
    }

    @Override
    public Metrics open(StoreProvider.Settings settings, RunFigures before) throws StoreException {
        String at = settings.option("at");
        if (at.endsWith(".prom")) {
            return new PrometheusFile(settings.folder().resolve(at).normalize());
        }
        int colon = at.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : at.substring(0, colon).replaceAll("[\\[\\]]", "");
        return PrometheusPort.open(host, Integer.parseInt(at.substring(colon + 1)));
    }
}
