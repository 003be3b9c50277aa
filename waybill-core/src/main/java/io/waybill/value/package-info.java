/**
 * Values, rows, their canonical form and digests, lossless across stores.
 *
 * <p>Imports the JDK only.
 */
@NullMarked
package io.waybill.value;

import org.jspecify.annotations.NullMarked;
