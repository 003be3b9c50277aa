/** Tests of the endpoint, most of them through the AWS SDK, which others wrote. */
@NullMarked
package io.waybill.s3endpoint;

import org.jspecify.annotations.NullMarked;
