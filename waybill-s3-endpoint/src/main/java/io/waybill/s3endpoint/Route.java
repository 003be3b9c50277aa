package io.waybill.s3endpoint;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request is about.
 *
 * @param path decoded, as signed
 * @param bucket empty where none is named
 * @param key empty where none is named
 */
record Route(Operation operation, String path, String bucket, String key, Query query) {
    private static final Set<String> UNKNOWN = Set.of(
            "accelerate",
            "acl",
            "analytics",
            "attributes",
            "cors",
            "encryption",
            "intelligent-tiering",
            "inventory",
            "legal-hold",
            "lifecycle",
            "logging",
            "metrics",
            "notification",
            "object-lock",
            "ownershipControls",
            "partNumber",
            "policy",
            "policyStatus",
            "publicAccessBlock",
            "renameObject",
            "replication",
            "requestPayment",
            "restore",
            "retention",
            "select",
            "tagging",
            "torrent",
            "versionId",
            "versions",
            "website");

    /** Finds out what is asked, by path, or by host if that is {@code BUCKET.localhost}. */
    static Route of(RequestHead head) throws S3Error {
        String target = head.target();
        int mark = target.indexOf('?');
        String rawPath = mark < 0 ? target : target.substring(0, mark);
        Query query = Query.parse(mark < 0 ? "" : target.substring(mark + 1));
        String path = Percent.decode(rawPath, false);
        if (!path.startsWith("/")) {
            throw new S3Error(400, "InvalidURI", "Couldn't parse the specified URI.");
        }
        String bucket = bucketOfHost(head.header("host"));
        String key;
        if (bucket != null) {
            key = path.substring(1);
        } else {
            int slash = path.indexOf('/', 1);
            bucket = path.substring(1, slash < 0 ? path.length() : slash);
            key = slash < 0 ? "" : path.substring(slash + 1);
        }
        if (key.length() > 256 && key.getBytes(StandardCharsets.UTF_8).length > 1024) {
            throw new S3Error(400, "KeyTooLongError", "Your key is too long");
        }
        return new Route(operation(head, bucket, key, query), path, bucket, key, query);
    }

    private static @Nullable String bucketOfHost(@Nullable String host) {
        if (host == null) {
            return null;
        }
        int colon = host.lastIndexOf(':');
        String name = (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
        return name.endsWith(".localhost") ? name.substring(0, name.length() - ".localhost".length()) : null;
    }

    private static Operation operation(RequestHead head, String bucket, String key, Query query) {
        boolean copy = head.header("x-amz-copy-source") != null;
        boolean part = query.has("partNumber") && query.has("uploadId");
        for (Header parameter : query.parameters()) {
            boolean unknown =
                    UNKNOWN.contains(parameter.name()) || parameter.name().startsWith("response-");
            if (unknown && !(part && parameter.name().equals("partNumber"))) {
                return Operation.UNKNOWN;
            }
        }
        if (bucket.isEmpty()) {
            return head.method().equals("GET") ? Operation.LIST_BUCKETS : Operation.UNKNOWN;
        }
        return key.isEmpty() ? ofBucket(head.method(), query) : ofObject(head.method(), query, copy, part);
    }

    private static Operation ofBucket(String method, Query query) {
        return switch (method) {
            case "GET" -> ofBucketRead(query);
            case "HEAD" -> Operation.HEAD_BUCKET;
            case "PUT" -> query.has("versioning") ? Operation.UNKNOWN : Operation.CREATE_BUCKET;
            case "DELETE" -> Operation.DELETE_BUCKET;
            case "POST" -> query.has("delete") ? Operation.DELETE_OBJECTS : Operation.UNKNOWN;
            default -> Operation.UNKNOWN;
        };
    }

    private static Operation ofBucketRead(Query query) {
        if (query.has("location")) {
            return Operation.GET_BUCKET_LOCATION;
        } else if (query.has("versioning")) {
            return Operation.GET_BUCKET_VERSIONING;
        } else if (query.has("uploads")) {
            return Operation.LIST_MULTIPART_UPLOADS;
        }
        return query.text("list-type").equals("2") ? Operation.LIST_OBJECTS_V2 : Operation.LIST_OBJECTS;
    }

    private static Operation ofObject(String method, Query query, boolean copy, boolean part) {
        boolean upload = query.has("uploadId");
        return switch (method) {
            case "GET" -> upload ? Operation.LIST_PARTS : Operation.GET_OBJECT;
            case "HEAD" -> Operation.HEAD_OBJECT;
            case "PUT" ->
                part
                        ? copy ? Operation.UPLOAD_PART_COPY : Operation.UPLOAD_PART
                        : copy ? Operation.COPY_OBJECT : Operation.PUT_OBJECT;
            case "DELETE" -> upload ? Operation.ABORT_MULTIPART_UPLOAD : Operation.DELETE_OBJECT;
            case "POST" -> {
                if (query.has("uploads")) {
                    yield Operation.CREATE_MULTIPART_UPLOAD;
                }
                yield upload ? Operation.COMPLETE_MULTIPART_UPLOAD : Operation.UNKNOWN;
            }
            default -> Operation.UNKNOWN;
        };
    }
}
