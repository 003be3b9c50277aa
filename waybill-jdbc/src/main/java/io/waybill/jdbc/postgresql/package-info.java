/**
 * The PostgreSQL store.
 *
 * <p>Imports {@code store}, {@code value}, {@code jdbc}, slf4j, {@code java.sql} and the PostgreSQL driver.
 */
@NullMarked
package io.waybill.jdbc.postgresql;

import org.jspecify.annotations.NullMarked;
