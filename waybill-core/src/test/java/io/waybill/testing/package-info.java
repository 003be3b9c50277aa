/**
 * What tests of every module share: servers in JVMs of their own. Imports the JDK only.
 */
@NullMarked
package io.waybill.testing;

import org.jspecify.annotations.NullMarked;
