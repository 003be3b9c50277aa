package io.waybill.aws.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** {@link Wire} over the AWS SDK. With {@link SdkClient}, {@link SdkSigning} and {@link SdkFailures} all that names it. */
final class SdkWire implements Wire {
    private final S3Client s3;
    private final String bucket;
    private final @Nullable String storageClass;
    private final @Nullable String sse;
    private final @Nullable String sseKey;

    SdkWire(S3Client s3, S3Options options) {
        this.s3 = s3;
        this.bucket = options.bucket();
        this.storageClass = options.storageClass();
        this.sse = options.sse();
        this.sseKey = options.sseKmsKey();
    }

    private static <T> T call(Supplier<T> request) throws WireFailure {
        try {
            return request.get();
        } catch (SdkException e) {
            throw SdkFailures.of(e, true);
        }
    }

    private static <T> T call(SdkBody body, Supplier<T> request) throws WireFailure {
        try {
            return request.get();
        } catch (SdkException e) {
            throw SdkFailures.of(e, body.isDrained());
        }
    }

    @Override
    public Written put(String key, Meta meta, Body body, If condition) throws WireFailure {
        SdkBody content = new SdkBody(body.bytes());
        PutObjectResponse answer = call(
                content,
                () -> s3.putObject(
                        put -> put.bucket(bucket)
                                .key(key)
                                .contentType(meta.headers().get("content-type"))
                                .contentEncoding(meta.headers().get("content-encoding"))
                                .contentLanguage(meta.headers().get("content-language"))
                                .contentDisposition(meta.headers().get("content-disposition"))
                                .cacheControl(meta.headers().get("cache-control"))
                                .metadata(meta.metadata())
                                .storageClass(storageClass)
                                .serverSideEncryption(sse)
                                .ssekmsKeyId(sseKey)
                                .contentLength((long) body.bytes().remaining())
                                .checksumSHA256(body.sha256())
                                .checksumCRC32(body.crc32())
                                .ifNoneMatch(condition.absent() ? "*" : null)
                                .ifMatch(quoted(condition.etag()))
                                .overrideConfiguration(payload(body)),
                        requestBody(content, body, meta)));
        return new Written(plain(answer.eTag()), answer.versionId(), Checksums.sha256(answer.checksumSHA256()));
    }

    private static RequestBody requestBody(SdkBody content, Body body, @Nullable Meta meta) {
        String type = meta == null ? null : meta.headers().get("content-type");
        ByteBuffer bytes = body.bytes();
        return RequestBody.fromContentProvider(
                content, bytes.remaining(), type == null ? "application/octet-stream" : type);
    }

    private static AwsRequestOverrideConfiguration payload(Body body) {
        return AwsRequestOverrideConfiguration.builder()
                .putHeader(SdkSigning.PAYLOAD_HASH, body.payload())
                .build();
    }

    @Override
    public Got get(String key, long offset, @Nullable String etag) throws WireFailure {
        ResponseInputStream<GetObjectResponse> stream = call(() -> s3.getObject(get ->
                get.bucket(bucket).key(key).ifMatch(quoted(etag)).range(offset == 0 ? null : "bytes=" + offset + "-")));
        GetObjectResponse answer = stream.response();
        long length = answer.contentLength() == null ? -1 : answer.contentLength();
        long size = length;
        if (offset > 0) {
            String range = String.valueOf(answer.contentRange());
            String start = "bytes " + offset + "-";
            int slash = range.lastIndexOf('/');
            if (!range.startsWith(start) || slash < 0 || range.endsWith("*")) {
                stream.abort();
                throw new WireFailure(
                        WireFailure.Stage.ANSWERED,
                        answer.sdkHttpResponse().statusCode(),
                        "IgnoredRange",
                        "the store answered range " + range + " to a request from byte " + offset,
                        null,
                        null,
                        new IOException("content-range " + range));
            }
            size = Long.parseLong(range.substring(slash + 1));
        }
        Head head = new Head(
                plain(answer.eTag()),
                answer.versionId(),
                size,
                answer.lastModified() == null ? Instant.EPOCH : answer.lastModified(),
                meta(
                        answer.contentType(),
                        answer.contentEncoding(),
                        answer.contentLanguage(),
                        answer.contentDisposition(),
                        answer.cacheControl(),
                        answer.metadata()),
                null,
                date(answer.sdkHttpResponse()));
        return new Got(head, length, new Aborting(stream));
    }

    /** Drops the connection when it is closed before the end, instead of reading what is left. */
    private static final class Aborting extends FilterInputStream {
        private final ResponseInputStream<?> body;
        private boolean ended;

        Aborting(ResponseInputStream<?> body) {
            super(body);
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            ended |= value < 0;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int count = super.read(target, offset, length);
                ended |= count < 0;
                return count;
            } catch (SdkException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        @Override
        public void close() throws IOException {
            if (ended) {
                super.close();
            } else {
                body.abort();
            }
        }
    }

    @Override
    public @Nullable Head head(String key) throws WireFailure {
        HeadObjectResponse answer;
        try {
            answer = call(
                    () -> s3.headObject(head -> head.bucket(bucket).key(key).checksumMode(ChecksumMode.ENABLED)));
        } catch (WireFailure e) {
            if (e.isMissing()) {
                return null;
            }
            throw e;
        }
        return new Head(
                plain(answer.eTag()),
                answer.versionId(),
                answer.contentLength() == null ? 0 : answer.contentLength(),
                answer.lastModified() == null ? Instant.EPOCH : answer.lastModified(),
                meta(
                        answer.contentType(),
                        answer.contentEncoding(),
                        answer.contentLanguage(),
                        answer.contentDisposition(),
                        answer.cacheControl(),
                        answer.metadata()),
                Checksums.sha256(answer.checksumSHA256()),
                date(answer.sdkHttpResponse()));
    }

    @Override
    public @Nullable String delete(String key, @Nullable String versionId, @Nullable String etag) throws WireFailure {
        DeleteObjectResponse answer = call(() -> s3.deleteObject(
                delete -> delete.bucket(bucket).key(key).versionId(versionId).ifMatch(quoted(etag))));
        return Boolean.TRUE.equals(answer.deleteMarker()) && versionId == null ? answer.versionId() : null;
    }

    @Override
    public Listing list(String prefix, @Nullable String startAfter, @Nullable String next, int most)
            throws WireFailure {
        ListObjectsV2Response answer = call(() -> s3.listObjectsV2(list -> list.bucket(bucket)
                .prefix(prefix)
                .startAfter(next == null ? startAfter : null)
                .continuationToken(next)
                .maxKeys(most)
                .encodingType(EncodingType.URL)));
        List<Listed> objects = new ArrayList<>(answer.contents().size());
        answer.contents()
                .forEach(each -> objects.add(new Listed(
                        each.key(),
                        plain(each.eTag()),
                        each.size() == null ? 0 : each.size(),
                        each.lastModified() == null ? Instant.EPOCH : each.lastModified())));
        boolean truncated = Boolean.TRUE.equals(answer.isTruncated());
        return new Listing(objects, truncated ? answer.nextContinuationToken() : null, truncated);
    }

    @Override
    public String begin(String key, Meta meta, boolean sha256) throws WireFailure {
        return call(() -> s3.createMultipartUpload(begin -> begin.bucket(bucket)
                        .key(key)
                        .contentType(meta.headers().get("content-type"))
                        .contentEncoding(meta.headers().get("content-encoding"))
                        .contentLanguage(meta.headers().get("content-language"))
                        .contentDisposition(meta.headers().get("content-disposition"))
                        .cacheControl(meta.headers().get("cache-control"))
                        .metadata(meta.metadata())
                        .storageClass(storageClass)
                        .serverSideEncryption(sse)
                        .ssekmsKeyId(sseKey)
                        .checksumAlgorithm(sha256 ? ChecksumAlgorithm.SHA256 : null)))
                .uploadId();
    }

    @Override
    public Written part(String key, String upload, int number, Body body) throws WireFailure {
        SdkBody content = new SdkBody(body.bytes());
        UploadPartResponse answer = call(
                content,
                () -> s3.uploadPart(
                        part -> part.bucket(bucket)
                                .key(key)
                                .uploadId(upload)
                                .partNumber(number)
                                .contentLength((long) body.bytes().remaining())
                                .checksumSHA256(body.sha256())
                                .checksumCRC32(body.crc32())
                                .overrideConfiguration(payload(body)),
                        requestBody(content, body, null)));
        return new Written(plain(answer.eTag()), null, Checksums.sha256(answer.checksumSHA256()));
    }

    @Override
    public PartPage parts(String key, String upload, @Nullable Integer after) throws WireFailure {
        ListPartsResponse answer = call(() -> s3.listParts(
                list -> list.bucket(bucket).key(key).uploadId(upload).partNumberMarker(after)));
        List<PartInfo> parts = new ArrayList<>();
        answer.parts().forEach(part -> parts.add(new PartInfo(part.partNumber(), part.size(), plain(part.eTag()))));
        boolean more = Boolean.TRUE.equals(answer.isTruncated());
        return new PartPage(parts, more ? answer.nextPartNumberMarker() : null);
    }

    @Override
    public Written complete(String key, String upload, List<Finished> parts, If condition) throws WireFailure {
        List<CompletedPart> finished = new ArrayList<>();
        for (Finished part : parts) {
            finished.add(CompletedPart.builder()
                    .partNumber(part.number())
                    .eTag(quoted(part.etag()))
                    .checksumSHA256(part.sha256())
                    .build());
        }
        CompleteMultipartUploadResponse answer =
                call(() -> s3.completeMultipartUpload(complete -> complete.bucket(bucket)
                        .key(key)
                        .uploadId(upload)
                        .multipartUpload(list -> list.parts(finished))
                        .ifNoneMatch(condition.absent() ? "*" : null)
                        .ifMatch(quoted(condition.etag()))));
        return new Written(plain(answer.eTag()), answer.versionId(), Checksums.sha256(answer.checksumSHA256()));
    }

    @Override
    public void abort(String key, String upload) throws WireFailure {
        call(() ->
                s3.abortMultipartUpload(abort -> abort.bucket(bucket).key(key).uploadId(upload)));
    }

    @Override
    public UploadPage uploads(String prefix, @Nullable String afterKey, @Nullable String afterId) throws WireFailure {
        ListMultipartUploadsResponse answer = call(() -> s3.listMultipartUploads(list -> list.bucket(bucket)
                .prefix(prefix)
                .keyMarker(afterKey)
                .uploadIdMarker(afterId)
                .encodingType(EncodingType.URL)));
        List<UploadInfo> uploads = new ArrayList<>();
        answer.uploads().forEach(each -> uploads.add(new UploadInfo(each.key(), each.uploadId())));
        boolean more = Boolean.TRUE.equals(answer.isTruncated());
        return new UploadPage(uploads, more ? answer.nextKeyMarker() : null, more ? answer.nextUploadIdMarker() : null);
    }

    @Override
    public Written copy(String key, CopySource source, Meta meta, boolean sha256, If condition) throws WireFailure {
        CopyObjectResponse answer = call(() -> s3.copyObject(copy -> copy.sourceBucket(source.bucket())
                .sourceKey(source.key())
                .copySourceIfMatch(quoted(source.etag()))
                .destinationBucket(bucket)
                .destinationKey(key)
                .metadataDirective(MetadataDirective.REPLACE)
                .contentType(meta.headers().get("content-type"))
                .contentEncoding(meta.headers().get("content-encoding"))
                .contentLanguage(meta.headers().get("content-language"))
                .contentDisposition(meta.headers().get("content-disposition"))
                .cacheControl(meta.headers().get("cache-control"))
                .metadata(meta.metadata())
                .storageClass(storageClass)
                .serverSideEncryption(sse)
                .ssekmsKeyId(sseKey)
                .checksumAlgorithm(sha256 ? ChecksumAlgorithm.SHA256 : null)
                .ifNoneMatch(condition.absent() ? "*" : null)
                .ifMatch(quoted(condition.etag()))));
        return new Written(
                plain(answer.copyObjectResult().eTag()),
                answer.versionId(),
                Checksums.sha256(answer.copyObjectResult().checksumSHA256()));
    }

    @Override
    public Written partCopy(String key, String upload, int number, CopySource source, long from, long to)
            throws WireFailure {
        UploadPartCopyResponse answer = call(() -> s3.uploadPartCopy(copy -> copy.sourceBucket(source.bucket())
                .sourceKey(source.key())
                .copySourceIfMatch(quoted(source.etag()))
                .copySourceRange("bytes=" + from + "-" + to)
                .destinationBucket(bucket)
                .destinationKey(key)
                .uploadId(upload)
                .partNumber(number)));
        return new Written(
                plain(answer.copyPartResult().eTag()),
                null,
                Checksums.sha256(answer.copyPartResult().checksumSHA256()));
    }

    private static Meta meta(
            @Nullable String type,
            @Nullable String encoding,
            @Nullable String language,
            @Nullable String disposition,
            @Nullable String cache,
            Map<String, String> metadata) {
        Map<String, String> headers = new HashMap<>();
        put(headers, "content-type", type);
        put(headers, "content-encoding", encoding);
        put(headers, "content-language", language);
        put(headers, "content-disposition", disposition);
        put(headers, "cache-control", cache);
        return new Meta(headers, metadata);
    }

    private static void put(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            headers.put(name, value);
        }
    }

    private static @Nullable Instant date(SdkHttpResponse response) {
        String text = response.firstMatchingHeader("Date").orElse(null);
        try {
            return text == null ? null : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String plain(@Nullable String etag) {
        if (etag == null) {
            return "";
        }
        boolean quoted = etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\"");
        return quoted ? etag.substring(1, etag.length() - 1) : etag;
    }

    private static @Nullable String quoted(@Nullable String etag) {
        if (etag == null) {
            return null;
        }
        return etag.toUpperCase(Locale.ROOT).startsWith("W/") ? etag : '"' + etag + '"';
    }

    @Override
    public void close() {
        s3.close();
    }
}
