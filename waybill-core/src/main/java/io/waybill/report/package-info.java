/**
 * What a ledger tells people: summaries of runs as text, JSON, CSV and one HTML page, and how figures and names are written.
 *
 * <p>Imports {@code engine}, {@code ledger}, {@code store}, {@code value} and the JDK; opens nothing by itself.
 */
@NullMarked
package io.waybill.report;

import org.jspecify.annotations.NullMarked;
