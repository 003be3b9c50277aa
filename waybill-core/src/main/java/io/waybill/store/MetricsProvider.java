package io.waybill.store;

/** A kind of service that figures of runs are published to. Found by {@code ServiceLoader}; loading one loads no SDK. */
public interface MetricsProvider {
    /** The type that a plan names, for example {@code cloudwatch}. */
    String type();

    /**
     * Makes ready to publish.
     *
     * @param settings the options that the plan gives, and nothing secret
     * @param before how the run stood when this process took it up
     */
    Metrics open(StoreProvider.Settings settings, RunFigures before) throws StoreException;
}
