package io.waybill.aws.testing;

import java.io.Closeable;
import java.net.URI;

/** An S3 service that tests may write to. Safe for use by many threads. */
public interface S3Server extends Closeable {
    /** Its address, with path-style buckets. */
    URI endpoint();

    /** A key that may do everything. */
    String accessKeyId();

    /** The secret of that key. */
    String secretAccessKey();

    /** Makes a bucket that no other test has. */
    String newBucket();

    /** A server of other tests too is left running; the JVM ends it. */
    @Override
    void close();
}
