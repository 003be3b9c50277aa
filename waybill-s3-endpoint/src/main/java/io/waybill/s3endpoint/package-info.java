/**
 * A small S3 endpoint of waybill's own, on the loopback address: it serves the demo out of a folder, misbehaves on command
 * for tests, and takes bodies and throws them away for benchmarks. Start one with {@link
 * io.waybill.s3endpoint.S3Endpoint#start}.
 *
 * <p><strong>It is never evidence that waybill speaks S3 rightly.</strong> It was written from the same understanding of S3 as
 * waybill's client, so the two can be wrong together. Only tests against servers that others wrote, and against the services
 * themselves, say something about that. It has no versions, no access control beyond one key pair, no encryption, no tags and
 * no lifecycle; what it does not know it refuses with 501 rather than ignoring it.
 *
 * <p>Imports the JDK and slf4j only; main code must not see an SDK or another package of waybill.
 */
@NullMarked
package io.waybill.s3endpoint;

import org.jspecify.annotations.NullMarked;
