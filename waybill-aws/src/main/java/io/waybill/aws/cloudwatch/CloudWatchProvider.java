package io.waybill.aws.cloudwatch;

import io.waybill.store.Metrics;
import io.waybill.store.MetricsProvider;
import io.waybill.store.RunFigures;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;

/** Finds and opens metrics for CloudWatch. */
public final class CloudWatchProvider implements MetricsProvider {
    @Override
    public String type() {
        return "cloudwatch";
    }

    @Override
    public Metrics open(StoreProvider.Settings settings, RunFigures before) throws StoreException {
        return CloudWatch.open(settings, before);
    }
}
