package io.waybill.s3endpoint;

import java.io.IOException;

/** Answers what is asked about buckets. */
final class BucketCalls {
    private final ObjectStore store;

    BucketCalls(ObjectStore store) {
        this.store = store;
    }

    Reply list() throws IOException {
        Xml xml = new Xml("ListAllMyBucketsResult");
        xml.open("Owner").element("ID", "waybill").close("Owner").open("Buckets");
        for (Bucket bucket : store.buckets()) {
            xml.open("Bucket")
                    .element("Name", bucket.name)
                    .element("CreationDate", Moments.iso(bucket.created))
                    .close("Bucket");
        }
        return Reply.xml(xml.close("Buckets"));
    }

    Reply head(Call call) throws IOException {
        store.bucket(call.bucket());
        return Reply.of(200).header("x-amz-bucket-region", "us-east-1");
    }

    Reply create(Call call) throws IOException {
        checkName(call.bucket());
        Body.readAll(call.body(), 1 << 20);
        if (!store.makeBucket(call.bucket(), call.millis())) {
            throw new S3Error(
                    409,
                    "BucketAlreadyOwnedByYou",
                    "Your previous request to create the named bucket succeeded and you already own it.");
        }
        return Reply.of(200).header("Location", "/" + call.bucket());
    }

    static void checkName(String name) throws S3Error {
        boolean good = name.length() >= 3 && name.length() <= 63;
        for (int i = 0; i < name.length() && good; i++) {
            char c = name.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            boolean inner = i > 0 && i < name.length() - 1;
            good = alphanumeric || (inner && (c == '-' || (c == '.' && name.charAt(i - 1) != '.')));
        }
        if (!good) {
            throw new S3Error(400, "InvalidBucketName", "The specified bucket is not valid.");
        }
    }

    Reply delete(Call call) throws IOException {
        store.removeBucket(call.bucket());
        return Reply.of(204);
    }

    Reply location(Call call) throws IOException {
        store.bucket(call.bucket());
        return Reply.xml(new Xml("LocationConstraint"));
    }

    /** Versions are never switched on here. */
    Reply versioning(Call call) throws IOException {
        store.bucket(call.bucket());
        return Reply.xml(new Xml("VersioningConfiguration"));
    }
}
