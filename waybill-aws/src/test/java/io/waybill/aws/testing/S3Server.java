package io.waybill.aws.testing;

import java.io.Closeable;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** An S3 service that tests may write to. Safe for use by many threads. */
public interface S3Server extends Closeable {
    /** Its address, with path-style buckets. */
    URI uri();

    /** A key that may do everything. */
    String accessKeyId();

    /** The secret of that key. */
    String secretAccessKey();

    /** Makes a bucket that no other test has. */
    String newBucket();

    /** The options of a plan that mean a place of its own on this server, for a store of type {@code s3}. */
    default Map<String, String> newPlace() {
        Map<String, String> options = new HashMap<>();
        options.put("endpoint", uri().toString());
        options.put("bucket", newBucket());
        options.put("access_key_id", accessKeyId());
        options.put("secret_access_key", secretAccessKey());
        return options;
    }

    /** A server of other tests too is left running; the JVM ends it. */
    @Override
    void close();
}
