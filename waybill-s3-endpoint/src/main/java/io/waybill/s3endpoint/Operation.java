package io.waybill.s3endpoint;

/** What a request asks for, by the names that S3 gives its operations. */
public enum Operation {
    LIST_BUCKETS("ListBuckets", false),
    HEAD_BUCKET("HeadBucket", false),
    CREATE_BUCKET("CreateBucket", true),
    DELETE_BUCKET("DeleteBucket", true),
    GET_BUCKET_LOCATION("GetBucketLocation", false),
    GET_BUCKET_VERSIONING("GetBucketVersioning", false),
    PUT_OBJECT("PutObject", true),
    GET_OBJECT("GetObject", false),
    HEAD_OBJECT("HeadObject", false),
    DELETE_OBJECT("DeleteObject", true),
    DELETE_OBJECTS("DeleteObjects", true),
    COPY_OBJECT("CopyObject", true),
    LIST_OBJECTS("ListObjects", false),
    LIST_OBJECTS_V2("ListObjectsV2", false),
    CREATE_MULTIPART_UPLOAD("CreateMultipartUpload", true),
    UPLOAD_PART("UploadPart", true),
    UPLOAD_PART_COPY("UploadPartCopy", true),
    COMPLETE_MULTIPART_UPLOAD("CompleteMultipartUpload", true),
    ABORT_MULTIPART_UPLOAD("AbortMultipartUpload", true),
    LIST_PARTS("ListParts", false),
    LIST_MULTIPART_UPLOADS("ListMultipartUploads", false),
    /** A request that the endpoint does not know; it is answered with an error. */
    UNKNOWN("Unknown", false);

    private final String s3Name;
    private final boolean mutating;

    Operation(String s3Name, boolean mutating) {
        this.s3Name = s3Name;
        this.mutating = mutating;
    }

    /** The name as S3 writes it, {@code PutObject}. */
    public String s3Name() {
        return s3Name;
    }

    /** Whether the operation changes what is stored when it succeeds. */
    public boolean mutating() {
        return mutating;
    }
}
