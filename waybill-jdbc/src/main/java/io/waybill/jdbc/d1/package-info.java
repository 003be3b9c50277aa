/**
 * Stores of type {@code d1}: Cloudflare D1 over its HTTP API, and its local files.
 *
 * <p>Imports {@code jdbc}, {@code jdbc.sqlite}, {@code store}, {@code value}, slf4j and {@code java.net.http}.
 */
@NullMarked
package io.waybill.jdbc.d1;

import org.jspecify.annotations.NullMarked;
