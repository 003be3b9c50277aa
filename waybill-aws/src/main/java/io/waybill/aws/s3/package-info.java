/**
 * The S3 store, for AWS and everything that speaks its protocol. Imports {@code store}, {@code value}, {@code aws}, slf4j;
 * the AWS SDK only where it talks to the wire.
 */
@NullMarked
package io.waybill.aws.s3;

import org.jspecify.annotations.NullMarked;
