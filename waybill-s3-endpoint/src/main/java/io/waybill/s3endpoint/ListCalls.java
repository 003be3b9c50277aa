package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers ListObjectsV2, ListObjects and ListMultipartUploads. */
final class ListCalls {
    private static final int MOST = 1000;

    private final ObjectStore store;

    ListCalls(ObjectStore store) {
        this.store = store;
    }

    private static boolean encodes(Query query) throws S3Error {
        String type = query.find("encoding-type");
        if (type != null && !type.equals("url")) {
            throw S3Error.invalidArgument("Invalid Encoding Method specified in Request");
        }
        return type != null;
    }

    private Listing listing(Call call, Query query, int most) throws IOException {
        Fault.StaleListing stale = call.faults().find(Fault.StaleListing.class);
        Bucket bucket = store.bucket(call.bucket());
        long hidden = stale == null ? Long.MAX_VALUE : bucket.newest(stale.newest());
        return new Listing(bucket, query.text("prefix"), query.text("delimiter"), most, hidden);
    }

    Reply listV2(Call call) throws IOException {
        Query query = call.query();
        boolean encode = encodes(query);
        int most = query.number("max-keys", MOST);
        Listing listing = listing(call, query, most);
        String token = query.find("continuation-token");
        if (token != null) {
            listing.resume(decodeToken(token));
        } else {
            listing.after(query.text("start-after"));
        }
        Page page = new Page("ListBucketResult", call, encode);
        page.text("Prefix", query.text("prefix"));
        page.optional("Delimiter", query.find("delimiter"));
        page.optional("StartAfter", query.find("start-after"));
        if (token != null) {
            page.xml.element("ContinuationToken", token);
        }
        listing.run(page);
        page.xml.element("KeyCount", listing.count()).element("MaxKeys", most).element("IsTruncated", listing.more());
        if (listing.more()) {
            page.xml.element("NextContinuationToken", encodeToken(listing.position()));
        }
        return page.reply();
    }

    Reply listV1(Call call) throws IOException {
        Query query = call.query();
        boolean encode = encodes(query);
        int most = query.number("max-keys", MOST);
        Listing listing = listing(call, query, most);
        listing.after(query.text("marker"));
        Page page = new Page("ListBucketResult", call, encode);
        page.text("Prefix", query.text("prefix"));
        page.text("Marker", query.text("marker"));
        page.optional("Delimiter", query.find("delimiter"));
        listing.run(page);
        page.xml.element("MaxKeys", most).element("IsTruncated", listing.more());
        if (listing.more() && query.has("delimiter")) {
            page.text("NextMarker", listing.position().substring(1));
        }
        return page.reply();
    }

    private static String encodeToken(String position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    private static String decodeToken(String token) throws S3Error {
        try {
            String position = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (position.startsWith(Listing.KEY) || position.startsWith(Listing.PREFIX)) {
                return position;
            }
        } catch (IllegalArgumentException e) {
            throw S3Error.invalidArgument("The continuation token provided is incorrect");
        }
        throw S3Error.invalidArgument("The continuation token provided is incorrect");
    }

    Reply listUploads(Call call) throws IOException {
        Query query = call.query();
        boolean encode = encodes(query);
        if (!query.text("delimiter").isEmpty()) {
            throw S3Error.notImplemented("ListMultipartUploads with a delimiter");
        }
        int most = query.number("max-uploads", MOST);
        String prefix = query.text("prefix");
        String keyMarker = query.text("key-marker");
        String idMarker = query.text("upload-id-marker");
        Page page = new Page("ListMultipartUploadsResult", call, encode);
        page.xml.element("Bucket", call.bucket()).element("MaxUploads", most);
        page.text("Prefix", prefix);
        page.text("KeyMarker", keyMarker);
        page.xml.element("UploadIdMarker", idMarker);
        List<Upload> uploads = store.bucket(call.bucket()).sortedUploads().stream()
                .filter(upload -> upload.key.startsWith(prefix) && behind(upload, keyMarker, idMarker))
                .toList();
        List<Upload> shown = uploads.subList(0, Math.min(most, uploads.size()));
        for (Upload upload : shown) {
            page.upload(upload);
        }
        boolean more = shown.size() < uploads.size();
        page.xml.element("IsTruncated", more);
        if (more && !shown.isEmpty()) {
            Upload last = shown.get(shown.size() - 1);
            page.text("NextKeyMarker", last.key);
            page.xml.element("NextUploadIdMarker", last.token());
        }
        return page.reply();
    }

    private static boolean behind(Upload upload, String keyMarker, String idMarker) {
        int order = Stored.compareKeys(
                Stored.probe(upload.key.getBytes(StandardCharsets.UTF_8)),
                Stored.probe(keyMarker.getBytes(StandardCharsets.UTF_8)));
        return order > 0 || (order == 0 && !idMarker.isEmpty() && upload.token().compareTo(idMarker) > 0);
    }

    /** A page of a listing being written. */
    private static final class Page implements Listing.Visitor {
        final Xml xml;
        private final Call call;
        private final boolean encode;

        Page(String root, Call call, boolean encode) {
            this.xml = new Xml(root);
            this.call = call;
            this.encode = encode;
            if (root.equals("ListBucketResult")) {
                xml.element("Name", call.bucket());
            }
        }

        void text(String name, String value) {
            xml.element(name, encode ? Percent.forListing(value) : value);
        }

        void optional(String name, @Nullable String value) {
            if (value != null) {
                text(name, value);
            }
        }

        @Override
        public void object(Stored object) {
            xml.open("Contents");
            text("Key", object.key());
            xml.element("LastModified", Moments.iso(object.modified())).element("ETag", call.answered(object.etag()));
            Checksum checksum = object.checksum();
            if (checksum != null) {
                xml.element("ChecksumAlgorithm", checksum.algorithm().name()).element("ChecksumType", checksum.type());
            }
            xml.element("Size", object.size())
                    .element("StorageClass", "STANDARD")
                    .close("Contents");
        }

        @Override
        public void prefix(String prefix) {
            xml.open("CommonPrefixes");
            text("Prefix", prefix);
            xml.close("CommonPrefixes");
        }

        void upload(Upload upload) {
            xml.open("Upload");
            text("Key", upload.key);
            xml.element("UploadId", upload.token());
            xml.element("Initiated", Moments.iso(upload.begun)).element("StorageClass", "STANDARD");
            if (upload.algorithm != null) {
                xml.element("ChecksumAlgorithm", upload.algorithm.name())
                        .element("ChecksumType", MultipartCalls.type(upload.composite));
            }
            xml.close("Upload");
        }

        Reply reply() {
            if (encode) {
                xml.element("EncodingType", "url");
            }
            return Reply.xml(xml);
        }
    }
}
