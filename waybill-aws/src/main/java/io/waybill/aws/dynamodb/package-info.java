/**
 * The DynamoDB store.
 *
 * <p>Imports {@code store}, {@code value}, {@code aws}, slf4j and the AWS SDK.
 */
@NullMarked
package io.waybill.aws.dynamodb;

import org.jspecify.annotations.NullMarked;
