package io.waybill.aws.s3;

import io.waybill.aws.AwsAccess;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.StoreProvider.Settings;
import java.io.IOException;
import java.time.InstantSource;
import software.amazon.awssdk.core.exception.SdkException;

/** Puts a store together out of its settings; apart from the provider, so that loading that loads no SDK. */
final class S3Opening {
    private S3Opening() {}

    static S3Store open(Settings settings, InstantSource clock) throws StoreException {
        S3Options options;
        try {
            options = S3Options.of(settings);
        } catch (IllegalArgumentException e) {
            throw new StoreException(Kind.INVALID, "Cannot open store " + settings.name() + ": " + e.getMessage(), e);
        }
        String region = AwsAccess.region(options.access(), settings);
        if (region == null && options.endpoint() == null) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot open store " + settings.name() + ": bucket " + options.bucket()
                            + " has no region. Set region, or AWS_REGION, or endpoint if it is not at AWS.");
        }
        String place = region == null ? "us-east-1" : region;
        try {
            Wire wire = new SdkWire(
                    SdkClient.open(options, place, AwsAccess.credentials(options.access(), settings), clock), options);
            return new S3Store(options, place, wire, clock);
        } catch (StoreException e) {
            throw e;
        } catch (IOException | SdkException e) {
            throw new StoreException(
                    Kind.INVALID, "Cannot open store " + settings.name() + ": " + e.getMessage() + ".", e);
        }
    }
}
