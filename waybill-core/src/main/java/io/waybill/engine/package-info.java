/**
 * The phases of a migration and the local runner behind one facade, {@link io.waybill.engine.Migration}.
 *
 * <p>Imports {@code ledger}, {@code plan}, {@code mapping}, {@code store}, {@code value} and slf4j; knows no connector.
 */
@NullMarked
package io.waybill.engine;

import org.jspecify.annotations.NullMarked;
