/** Rules that hold for the main classes of every module: who may see what. Uses ArchUnit. */
@NullMarked
package io.waybill.arch;

import org.jspecify.annotations.NullMarked;
