/**
 * What stores over JDBC share: connections, quoting, and how conditions are judged.
 *
 * <p>Imports {@code store}, {@code value}, slf4j and {@code java.sql}.
 */
@NullMarked
package io.waybill.jdbc;

import org.jspecify.annotations.NullMarked;
