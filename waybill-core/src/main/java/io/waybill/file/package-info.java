/**
 * The store of files below a folder.
 *
 * <p>Imports {@code store}, {@code value} and the JDK only.
 */
@NullMarked
package io.waybill.file;

import org.jspecify.annotations.NullMarked;
