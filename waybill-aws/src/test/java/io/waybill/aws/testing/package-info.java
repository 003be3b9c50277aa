/**
 * Real S3 servers for tests of any module, from Maven Central, each in a JVM of its own. Imports core's test sources and the
 * JDK only.
 */
@NullMarked
package io.waybill.aws.testing;

import org.jspecify.annotations.NullMarked;
