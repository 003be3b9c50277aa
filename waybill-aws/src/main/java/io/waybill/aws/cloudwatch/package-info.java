/**
 * Figures of runs for Amazon CloudWatch.
 *
 * <p>Imports {@code store}, {@code aws}, the AWS SDK and the JDK only.
 */
@NullMarked
package io.waybill.aws.cloudwatch;

import org.jspecify.annotations.NullMarked;
