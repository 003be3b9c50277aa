package io.waybill.s3endpoint;

import java.util.Objects;

/**
 * The one key pair that an endpoint lets in. Its text never shows the secret.
 *
 * @param accessKey the public half
 * @param secretKey the secret half
 */
public record Credentials(String accessKey, String secretKey) {
    public Credentials {
        Objects.requireNonNull(accessKey, "accessKey is null");
        Objects.requireNonNull(secretKey, "secretKey is null");
    }

    @Override
    public String toString() {
        return "Credentials[" + accessKey + ", secret not shown]";
    }
}
