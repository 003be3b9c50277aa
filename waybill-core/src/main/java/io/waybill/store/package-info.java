/**
 * What a store is: keys, items, conditional effects and their outcomes, and the small interfaces that connectors implement.
 *
 * <p>Imports {@code value} and the JDK only. Connectors see {@code value} and {@code store} and nothing else of waybill.
 */
@NullMarked
package io.waybill.store;

import org.jspecify.annotations.NullMarked;
