/**
 * Expressions, templates, filters and row changes: what a plan computes from the item at hand. No I/O, no clock, no random,
 * and a step budget for every evaluation.
 *
 * <p>Imports {@code store}, {@code value}, the JDK, and from CEL its parser; RE2J matches regular expressions.
 */
@NullMarked
package io.waybill.mapping;

import org.jspecify.annotations.NullMarked;
