package io.waybill.s3endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The headers of a request that stay with the object, and those that this endpoint must refuse. */
final class ObjectHeaders {
    private static final Set<String> KEPT = Set.of(
            "content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires");
    private static final List<String> REFUSED = List.of(
            "x-amz-server-side-encryption",
            "x-amz-object-lock",
            "x-amz-tagging",
            "x-amz-website-redirect-location",
            "x-amz-grant-",
            "x-amz-write-offset-bytes");
    private static final int MOST_METADATA = 2048;

    private ObjectHeaders() {}

    static List<Header> of(RequestHead head) throws S3Error {
        List<Header> kept = new ArrayList<>(4);
        int metadata = 0;
        for (int i = 0; i < head.count(); i++) {
            if (head.begins(i, HeaderCodec.META)) {
                String name = head.name(i);
                String value = head.value(i);
                metadata += name.length() - HeaderCodec.META.length() + value.length();
                kept.add(new Header(name, value));
            } else if (head.begins(i, "c") || head.begins(i, "e")) {
                keep(kept, head.name(i), head.value(i));
            } else if (head.begins(i, "x-amz-")) {
                refuse(head.name(i), head.value(i));
            }
        }
        if (metadata > MOST_METADATA) {
            throw new S3Error(
                    400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
        }
        return kept;
    }

    private static void keep(List<Header> kept, String name, String value) {
        if (!KEPT.contains(name)) {
            return;
        }
        if (!name.equals("content-encoding")) {
            kept.add(new Header(name, value));
            return;
        }
        List<String> codings = new ArrayList<>();
        for (String coding : value.split(",", -1)) {
            if (!coding.trim().equals("aws-chunked") && !coding.isBlank()) {
                codings.add(coding.trim());
            }
        }
        if (!codings.isEmpty()) {
            kept.add(new Header(name, String.join(",", codings)));
        }
    }

    private static void refuse(String name, String value) throws S3Error {
        for (String refused : REFUSED) {
            if (name.startsWith(refused) && !name.equals("x-amz-tagging-directive")) {
                throw S3Error.notImplemented("the header " + name);
            }
        }
        if ((name.equals("x-amz-storage-class") && !value.equals("STANDARD"))
                || (name.equals("x-amz-acl") && !value.equals("private"))) {
            throw S3Error.notImplemented("the header " + name + " with the value " + value);
        }
    }
}
