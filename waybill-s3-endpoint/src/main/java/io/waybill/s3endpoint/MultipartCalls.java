package io.waybill.s3endpoint;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers the calls that begin an upload in parts, feed it and give it up. */
final class MultipartCalls {
    private static final int MOST_PARTS = 10_000;

    private final ObjectStore store;
    private final CopyCalls copies;

    MultipartCalls(ObjectStore store, CopyCalls copies) {
        this.store = store;
        this.copies = copies;
    }

    Reply create(Call call) throws IOException {
        String name = call.head().header("x-amz-checksum-algorithm");
        Algorithm algorithm = name == null ? null : Algorithm.parse(name);
        boolean composite = composite(algorithm, call.head().header("x-amz-checksum-type"));
        Upload upload = store.begin(
                call.bucket(), call.key(), call.millis(), ObjectHeaders.of(call.head()), algorithm, composite);
        Reply reply = Reply.xml(new Xml("InitiateMultipartUploadResult")
                .element("Bucket", call.bucket())
                .element("Key", call.key())
                .element("UploadId", upload.token()));
        if (algorithm != null) {
            reply.header("x-amz-checksum-algorithm", algorithm.name()).header("x-amz-checksum-type", type(composite));
        }
        return reply;
    }

    static String type(boolean composite) {
        return composite ? "COMPOSITE" : "FULL_OBJECT";
    }

    private static boolean composite(@Nullable Algorithm algorithm, @Nullable String type) throws S3Error {
        if (algorithm == null) {
            if (type != null) {
                throw S3Error.invalidRequest(
                        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
            }
            return false;
        }
        boolean composite = type == null ? algorithm != Algorithm.CRC64NVME : type.equalsIgnoreCase("COMPOSITE");
        boolean possible = composite ? algorithm != Algorithm.CRC64NVME : algorithm.linear();
        if (!possible || (type != null && !type(composite).equalsIgnoreCase(type))) {
            throw S3Error.invalidRequest("The " + type + " checksum type cannot be used with the "
                    + algorithm.name().toLowerCase(Locale.ROOT) + " checksum algorithm.");
        }
        return composite;
    }

    private Upload upload(Call call) throws IOException {
        return store.bucket(call.bucket()).upload(call.query().text("uploadId"), call.key());
    }

    private static int number(Call call) throws S3Error {
        long number = S3Error.number(call.query().find("partNumber"), 0, "partNumber");
        if (number < 1 || number > MOST_PARTS) {
            throw S3Error.invalidArgument("Part number must be an integer between 1 and 10000, inclusive");
        }
        return (int) number;
    }

    Reply part(Call call) throws IOException {
        int number = number(call);
        Upload upload = upload(call);
        Algorithm given = Claims.of(call.head(), false).algorithm();
        if (upload.algorithm != null && given != upload.algorithm && (given != null || upload.composite)) {
            throw S3Error.invalidRequest("Checksum Type mismatch occurred, expected checksum Type: "
                    + lower(upload.algorithm) + ", actual checksum Type: " + lower(given));
        }
        Received received = Received.body(call, store, upload.algorithm);
        Part part = keep(call, upload, number, received);
        Reply reply = Reply.of(200).header("ETag", call.answered(part.etag()));
        Checksum checksum = part.checksum();
        if (checksum != null) {
            reply.header(checksum.algorithm().header, checksum.text());
        }
        return reply;
    }

    private static String lower(@Nullable Algorithm algorithm) {
        return algorithm == null ? "null" : algorithm.name().toLowerCase(Locale.ROOT);
    }

    Reply partCopy(Call call) throws IOException {
        int number = number(call);
        Upload upload = upload(call);
        Part part = keep(call, upload, number, copies.copyPart(call, upload.algorithm));
        return Reply.xml(new Xml("CopyPartResult")
                .element("ETag", call.answered(part.etag()))
                .element("LastModified", Moments.iso(part.modified()))
                .checksum(part.checksum(), false));
    }

    private Part keep(Call call, Upload upload, int number, Received received) throws IOException {
        Part part = new Part(
                number,
                store.contents().keeps() ? received.kept() : received.size(),
                call.millis(),
                received.etag(),
                received.checksum(),
                received.content());
        try {
            store.putPart(upload, part);
        } catch (S3Error e) {
            store.contents().drop(received.content());
            throw e;
        }
        return part;
    }

    Reply abort(Call call) throws IOException {
        store.abort(upload(call));
        return Reply.of(204);
    }

    Reply listParts(Call call) throws IOException {
        Upload upload = upload(call);
        Query query = call.query();
        int most = query.number("max-parts", 1000);
        int after = query.has("part-number-marker") ? query.number("part-number-marker", MOST_PARTS) : 0;
        Xml xml = new Xml("ListPartsResult");
        xml.element("Bucket", upload.bucket)
                .element("Key", upload.key)
                .element("UploadId", upload.token())
                .element("PartNumberMarker", after)
                .element("MaxParts", most)
                .element("StorageClass", "STANDARD");
        if (upload.algorithm != null) {
            xml.element("ChecksumAlgorithm", upload.algorithm.name()).element("ChecksumType", type(upload.composite));
        }
        int count = 0;
        int last = after;
        boolean more = false;
        for (Part part : upload.parts.values()) {
            if (part.number() <= after) {
                continue;
            }
            if (count == most) {
                more = true;
                break;
            }
            xml.open("Part")
                    .element("PartNumber", part.number())
                    .element("LastModified", Moments.iso(part.modified()))
                    .element("ETag", call.answered(part.etag()))
                    .element("Size", part.size())
                    .checksum(part.checksum(), false)
                    .close("Part");
            last = part.number();
            count++;
        }
        if (more) {
            xml.element("NextPartNumberMarker", last);
        }
        return Reply.xml(xml.element("IsTruncated", more));
    }
}
