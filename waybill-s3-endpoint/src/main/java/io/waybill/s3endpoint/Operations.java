package io.waybill.s3endpoint;

import java.io.IOException;

/** Hands each request to what answers it. Safe for use by several threads. */
final class Operations {
    private final BucketCalls buckets;
    private final ObjectCalls objects;
    private final DeleteManyCall deleteMany;
    private final CopyCalls copies;
    private final ListCalls lists;
    private final MultipartCalls multipart;
    private final CompleteCall complete;

    Operations(ObjectStore store) {
        buckets = new BucketCalls(store);
        objects = new ObjectCalls(store);
        deleteMany = new DeleteManyCall(store);
        copies = new CopyCalls(store, objects);
        lists = new ListCalls(store);
        multipart = new MultipartCalls(store, copies);
        complete = new CompleteCall(store);
    }

    Reply answer(Call call) throws IOException {
        return switch (call.route().operation()) {
            case LIST_BUCKETS -> buckets.list();
            case HEAD_BUCKET -> buckets.head(call);
            case CREATE_BUCKET -> buckets.create(call);
            case DELETE_BUCKET -> buckets.delete(call);
            case GET_BUCKET_LOCATION -> buckets.location(call);
            case GET_BUCKET_VERSIONING -> buckets.versioning(call);
            case PUT_OBJECT -> objects.put(call);
            case GET_OBJECT -> objects.get(call);
            case HEAD_OBJECT -> objects.head(call);
            case DELETE_OBJECT -> objects.delete(call);
            case DELETE_OBJECTS -> deleteMany.delete(call);
            case COPY_OBJECT -> copies.copyObject(call);
            case LIST_OBJECTS -> lists.listV1(call);
            case LIST_OBJECTS_V2 -> lists.listV2(call);
            case CREATE_MULTIPART_UPLOAD -> multipart.create(call);
            case UPLOAD_PART -> multipart.part(call);
            case UPLOAD_PART_COPY -> multipart.partCopy(call);
            case COMPLETE_MULTIPART_UPLOAD -> complete.complete(call);
            case ABORT_MULTIPART_UPLOAD -> multipart.abort(call);
            case LIST_PARTS -> multipart.listParts(call);
            case LIST_MULTIPART_UPLOADS -> lists.listUploads(call);
            case UNKNOWN ->
                throw S3Error.notImplemented("the request " + call.head().method() + " "
                        + call.head().target());
        };
    }
}
