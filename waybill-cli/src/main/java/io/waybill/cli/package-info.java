/**
 * The command line: one class per verb, the wiring of stores, ledger and engine, prompts, progress and help.
 *
 * <p>Imports everything to its left ({@code report}, {@code engine}, {@code ledger}, {@code plan}, {@code store}), the
 * connectors' providers only through {@link java.util.ServiceLoader}, picocli, and Logback for the log file.
 */
@NullMarked
package io.waybill.cli;

import org.jspecify.annotations.NullMarked;
