/**
 * Tables kept in files of any file store: JSON Lines, JSON arrays and CSV.
 *
 * <p>Imports {@code store}, {@code value} and the JDK only.
 */
@NullMarked
package io.waybill.table;

import org.jspecify.annotations.NullMarked;
