/**
 * The YAML plan: read, checked as a whole with positions and suggestions, resolved, fingerprinted; and where each item of a
 * move goes.
 *
 * <p>Imports {@code mapping}, {@code store}, {@code value}, the JDK, and the events of SnakeYAML Engine.
 */
@NullMarked
package io.waybill.plan;

import org.jspecify.annotations.NullMarked;
