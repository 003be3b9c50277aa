/**
 * Starts database servers for tests, here and in modules that use this one's test-jar.
 *
 * <p>Imports the JDK, embedded PostgreSQL, {@code value} and {@code jdbc.postgresql}.
 */
@NullMarked
package io.waybill.jdbc.testing;

import org.jspecify.annotations.NullMarked;
