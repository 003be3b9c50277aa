/**
 * Stores of type {@code sqlite}: the tables of one SQLite file.
 *
 * <p>Imports {@code jdbc}, {@code store}, {@code value}, slf4j and {@code java.sql}; the driver is found by JDBC.
 */
@NullMarked
package io.waybill.jdbc.sqlite;

import org.jspecify.annotations.NullMarked;
