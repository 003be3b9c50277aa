/**
 * What the stores of AWS services share: credentials, region, endpoint. Imports {@code store}, {@code value}, the AWS SDK.
 */
@NullMarked
package io.waybill.aws;

import org.jspecify.annotations.NullMarked;
