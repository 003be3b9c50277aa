/**
 * Figures of runs for Prometheus: to be scraped while a run is at work, or in a file.
 *
 * <p>Imports {@code store} and the JDK only.
 */
@NullMarked
package io.waybill.metrics;

import org.jspecify.annotations.NullMarked;
