/**
 * What stores over JDBC share: connections and quoting.
 *
 * <p>Imports {@code store}, {@code value}, slf4j and {@code java.sql}.
 */
@NullMarked
package io.waybill.jdbc;

import org.jspecify.annotations.NullMarked;
