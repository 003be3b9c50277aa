/**
 * The account of every item: a SQL database (SQLite beside the plan by default), one writer thread with grouped commits, and
 * the queries that every screen reads.
 *
 * <p>Imports {@code plan}, {@code mapping}, {@code store}, {@code value}, {@code java.sql} and slf4j.
 */
@NullMarked
package io.waybill.ledger;

import org.jspecify.annotations.NullMarked;
