package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers CompleteMultipartUpload: checks the list of parts and makes the object out of them. */
final class CompleteCall {
    private static final long SMALLEST = 5L << 20;

    private final ObjectStore store;

    CompleteCall(ObjectStore store) {
        this.store = store;
    }

    Reply complete(Call call) throws IOException {
        Bucket bucket = store.bucket(call.bucket());
        Upload upload = bucket.upload(call.query().text("uploadId"), call.key());
        WriteCondition condition = call.condition();
        XmlNode request = call.xml("CompleteMultipartUpload", false);
        condition.check(bucket.find(call.key()));
        List<Part> parts = parts(upload, request);
        checkSizes(call, parts);
        Checksum checksum = checksum(upload, parts);
        checkClaims(call, upload, checksum);
        Stored object = object(call, upload, parts, checksum);
        String wanted = call.head().header("x-amz-mp-object-size");
        if (wanted != null && S3Error.number(wanted, -1, "x-amz-mp-object-size") != object.size()) {
            throw S3Error.invalidRequest(
                    "The provided 'x-amz-mp-object-size' header does not match what was computed.");
        }
        store.complete(upload, object, condition);
        return Reply.xml(new Xml("CompleteMultipartUploadResult")
                .element("Location", "/" + call.bucket() + "/" + Percent.forSigning(call.key(), false))
                .element("Bucket", call.bucket())
                .element("Key", call.key())
                .element("ETag", call.answered(object.etag()))
                .checksum(checksum, true));
    }

    private static List<Part> parts(Upload upload, XmlNode request) throws S3Error {
        List<Part> parts = new ArrayList<>();
        int before = 0;
        for (XmlNode node : request.children) {
            if (!node.name.equals("Part")) {
                continue;
            }
            int number = (int) S3Error.number(node.text("PartNumber"), 0, "PartNumber");
            if (number <= before) {
                throw new S3Error(
                        400,
                        "InvalidPartOrder",
                        "The list of parts was not in ascending order. Parts must be ordered by part number.");
            }
            before = number;
            Part part = upload.parts.get(number);
            if (part == null || !part.etag().matches(node.text("ETag"))) {
                throw invalidPart();
            }
            checkPart(upload, part, node);
            parts.add(part);
        }
        if (parts.isEmpty()) {
            throw S3Error.malformedXml();
        }
        return parts;
    }

    private static S3Error invalidPart() {
        return new S3Error(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the"
                        + " specified entity tag may not match the part's entity tag.");
    }

    private static void checkPart(Upload upload, Part part, XmlNode node) throws S3Error {
        Checksum checksum = part.checksum();
        boolean named = false;
        for (Algorithm algorithm : Algorithm.values()) {
            String given = node.find(algorithm.element);
            if (given == null) {
                continue;
            }
            named = true;
            if (checksum == null
                    || checksum.algorithm() != algorithm
                    || !checksum.text().equals(given)) {
                throw invalidPart();
            }
        }
        if (upload.algorithm != null && upload.composite && !named) {
            throw S3Error.invalidRequest("The upload was created using a "
                    + upload.algorithm.name().toLowerCase(Locale.ROOT)
                    + " checksum. The complete request must include the checksum for each part. It was missing for part "
                    + part.number() + " in the request.");
        }
    }

    private static void checkSizes(Call call, List<Part> parts) throws S3Error {
        boolean equal = call.faults().has(Fault.EqualParts.class);
        long first = parts.get(0).size();
        for (int i = 0; i < parts.size() - 1; i++) {
            long size = parts.get(i).size();
            if (size < SMALLEST) {
                throw new S3Error(
                        400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.");
            }
            if (equal && size != first) {
                throw new S3Error(400, "InvalidPart", "All non-trailing parts must have the same length.");
            }
        }
        if (equal && parts.get(parts.size() - 1).size() > first) {
            throw new S3Error(400, "InvalidPart", "All non-trailing parts must have the same length.");
        }
    }

    private static @Nullable Checksum checksum(Upload upload, List<Part> parts) {
        Algorithm algorithm = upload.algorithm;
        if (algorithm == null) {
            return null;
        }
        if (upload.composite) {
            Hashes hashes = new Hashes(false, false, algorithm);
            for (Part part : parts) {
                Checksum checksum = part.checksum();
                if (checksum == null) {
                    return null;
                }
                hashes.update(ByteBuffer.wrap(checksum.value()));
            }
            return new Checksum(algorithm, hashes.checksum(algorithm, null).value(), parts.size());
        }
        long joined = 0;
        for (Part part : parts) {
            Checksum checksum = part.checksum();
            if (checksum == null) {
                return null;
            }
            joined = algorithm.combine(joined, checksum.number(), part.size());
        }
        return Checksum.ofNumber(algorithm, joined);
    }

    private static void checkClaims(Call call, Upload upload, @Nullable Checksum checksum) throws S3Error {
        String type = call.head().header("x-amz-checksum-type");
        if (type != null
                && (upload.algorithm == null
                        || !MultipartCalls.type(upload.composite).equals(type))) {
            throw S3Error.invalidRequest("The provided checksum type does not match that of the upload.");
        }
        for (Algorithm algorithm : Algorithm.values()) {
            String claimed = call.head().header(algorithm.header);
            if (claimed == null || !call.verify() || call.faults().has(Fault.EchoChecksum.class)) {
                continue;
            }
            if (checksum == null || checksum.algorithm() != algorithm) {
                throw S3Error.invalidRequest(
                        "The upload was not created with the algorithm of " + algorithm.header + ".");
            }
            if (!checksum.text().equals(claimed)) {
                throw S3Error.badDigest(algorithm.name());
            }
        }
    }

    private Stored object(Call call, Upload upload, List<Part> parts, @Nullable Checksum checksum) {
        MessageDigest md5 = Hashes.digest("MD5");
        boolean hashed = true;
        long size = 0;
        List<Segment> segments = new ArrayList<>();
        for (Part part : parts) {
            hashed &= part.etag().parts() == 0;
            md5.update(part.etag().bytes());
            size += part.size();
            if (part.content() != 0) {
                segments.add(new Segment(part.content(), part.size()));
            }
        }
        ETag fresh = ETag.unhashed(store.number());
        ETag etag = hashed ? ETag.ofMd5(md5.digest(), parts.size()) : new ETag(fresh.high(), fresh.low(), parts.size());
        return new Stored(upload.key, size, call.millis(), store.number(), etag, checksum, upload.headers, segments);
    }
}
