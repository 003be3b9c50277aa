package io.waybill.s3endpoint;

import static io.waybill.s3endpoint.Clients.code;
import static io.waybill.s3endpoint.Clients.refusal;
import static io.waybill.s3endpoint.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

@ParameterizedClass
@EnumSource(
        value = EndpointOptions.Mode.class,
        names = {"MEMORY", "FOLDER"})
class ObjectsTest {
    @Parameter
    EndpointOptions.Mode mode = EndpointOptions.Mode.MEMORY;

    @TempDir
    Path folder = Path.of("");

    private S3Endpoint endpoint;
    private S3Client s3;

    @BeforeEach
    void start() throws IOException {
        EndpointOptions options =
                mode == EndpointOptions.Mode.MEMORY ? EndpointOptions.memory() : EndpointOptions.folder(folder);
        endpoint = S3Endpoint.start(options.bucket("box").sync(false));
        s3 = Clients.of(endpoint);
    }

    @AfterEach
    void stop() {
        s3.close();
        endpoint.close();
    }

    private PutObjectResponse put(String key, String content) {
        return s3.putObject(b -> b.bucket("box").key(key), text(content));
    }

    private String get(String key) {
        return s3.getObjectAsBytes(b -> b.bucket("box").key(key)).asUtf8String();
    }

    @Test
    void makesFindsListsAndRemovesBuckets() {
        s3.createBucket(b -> b.bucket("another"));

        assertThat(s3.listBuckets().buckets()).extracting(Bucket::name).containsExactly("another", "box");
        assertThat(s3.headBucket(b -> b.bucket("another")).sdkHttpResponse().statusCode())
                .isEqualTo(200);
        assertThat(s3.getBucketLocation(b -> b.bucket("another")).locationConstraintAsString())
                .isNullOrEmpty();
        assertThat(s3.getBucketVersioning(b -> b.bucket("another")).status()).isNull();
        assertThat(code(() -> s3.createBucket(b -> b.bucket("another")))).isEqualTo("BucketAlreadyOwnedByYou");

        s3.deleteBucket(b -> b.bucket("another"));
        assertThat(refusal(() -> s3.headBucket(b -> b.bucket("another"))).statusCode())
                .isEqualTo(404);
    }

    @Test
    void refusesToRemoveABucketThatHoldsSomething() {
        put("a", "x");
        assertThat(code(() -> s3.deleteBucket(b -> b.bucket("box")))).isEqualTo("BucketNotEmpty");
    }

    @Test
    void givesBackWhatWasPut() {
        PutObjectResponse put = put("a/b.txt", "hello");

        assertThat(put.eTag()).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
        assertThat(get("a/b.txt")).isEqualTo("hello");
    }

    @Test
    void givesBackALargeObjectAndAnEmptyOne() {
        byte[] large = Clients.bytes(7_654_321, 1);
        s3.putObject(b -> b.bucket("box").key("large"), RequestBody.fromBytes(large));
        s3.putObject(b -> b.bucket("box").key("empty"), RequestBody.empty());

        assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("large")).asByteArrayUnsafe())
                .isEqualTo(large);
        assertThat(get("empty")).isEmpty();
    }

    @Test
    void replacesAnObject() {
        put("a", "one");
        put("a", "two");
        assertThat(get("a")).isEqualTo("two");
    }

    @Test
    void keepsMetadataAndContentHeaders() {
        s3.putObject(
                b -> b.bucket("box")
                        .key("a")
                        .metadata(Map.of("item", "r1.7/3", "Other", "x"))
                        .contentType("text/csv")
                        .contentEncoding("gzip")
                        .cacheControl("no-store")
                        .contentLanguage("de")
                        .contentDisposition("inline"),
                text("x"));

        HeadObjectResponse head = s3.headObject(b -> b.bucket("box").key("a"));
        assertThat(head.metadata()).isEqualTo(Map.of("item", "r1.7/3", "other", "x"));
        assertThat(head.contentType()).isEqualTo("text/csv");
        assertThat(head.contentEncoding()).isEqualTo("gzip");
        assertThat(head.cacheControl()).isEqualTo("no-store");
        assertThat(head.contentLanguage()).isEqualTo("de");
        assertThat(head.contentDisposition()).isEqualTo("inline");
        assertThat(head.contentLength()).isEqualTo(1);
        assertThat(head.lastModified())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    }

    @Test
    void refusesMoreMetadataThanS3Takes() {
        String much = "m".repeat(2100);
        assertThat(code(() -> s3.putObject(b -> b.bucket("box").key("a").metadata(Map.of("much", much)), text("x"))))
                .isEqualTo("MetadataTooLarge");
    }

    @Test
    void refusesHeadersThatItWouldHaveToIgnore() {
        assertThat(code(() -> s3.putObject(b -> b.bucket("box").key("a").tagging("k=v"), text("x"))))
                .isEqualTo("NotImplemented");
    }

    @Test
    void readsRanges() {
        put("a", "0123456789");
        assertThat(range("bytes=2-4")).isEqualTo("234");
        assertThat(range("bytes=7-")).isEqualTo("789");
        assertThat(range("bytes=-2")).isEqualTo("89");
        assertThat(range("bytes=8-100")).isEqualTo("89");
        assertThat(range("lines=1-2")).isEqualTo("0123456789");
        GetObjectResponse answer = s3.getObjectAsBytes(
                        b -> b.bucket("box").key("a").range("bytes=2-4"))
                .response();
        assertThat(answer.contentRange()).isEqualTo("bytes 2-4/10");
        S3Exception refusal = refusal(() -> range("bytes=10-12"));
        assertThat(refusal.statusCode()).isEqualTo(416);
        assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("InvalidRange");
    }

    private String range(String range) {
        return s3.getObjectAsBytes(b -> b.bucket("box").key("a").range(range)).asUtf8String();
    }

    @Test
    void readsOnCondition() {
        String tag = put("a", "x").eTag();
        Instant modified = s3.headObject(b -> b.bucket("box").key("a")).lastModified();

        assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("a").ifMatch(tag))
                        .asUtf8String())
                .isEqualTo("x");
        assertThat(refusal(() -> s3.getObjectAsBytes(
                                b -> b.bucket("box").key("a").ifMatch("\"0\"")))
                        .statusCode())
                .isEqualTo(412);
        assertThat(refusal(() -> s3.getObjectAsBytes(
                                b -> b.bucket("box").key("a").ifNoneMatch(tag)))
                        .statusCode())
                .isEqualTo(304);
        assertThat(refusal(() -> s3.headObject(b -> b.bucket("box").key("a").ifModifiedSince(modified)))
                        .statusCode())
                .isEqualTo(304);
        assertThat(refusal(() -> s3.headObject(
                                b -> b.bucket("box").key("a").ifUnmodifiedSince(modified.minusSeconds(1))))
                        .statusCode())
                .isEqualTo(412);
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(code(() -> get("nothing"))).isEqualTo("NoSuchKey");
        assertThat(code(() -> s3.getObjectAsBytes(b -> b.bucket("nobox").key("a"))))
                .isEqualTo("NoSuchBucket");
        assertThat(refusal(() -> s3.headObject(b -> b.bucket("box").key("nothing")))
                        .statusCode())
                .isEqualTo(404);
        assertThat(refusal(() -> get("nothing")).requestId()).isNotEmpty();
    }

    @Test
    void createsOnConditionOfAbsence() {
        s3.putObject(b -> b.bucket("box").key("a").ifNoneMatch("*"), text("one"));
        S3Exception refusal =
                refusal(() -> s3.putObject(b -> b.bucket("box").key("a").ifNoneMatch("*"), text("two")));

        assertThat(refusal.statusCode()).isEqualTo(412);
        assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("PreconditionFailed");
        assertThat(get("a")).isEqualTo("one");
    }

    @Test
    void letsExactlyOneOfRacingWritersCreate() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            for (int round = 0; round < 15; round++) {
                String key = "raced/" + round;
                List<Callable<Integer>> writers = new ArrayList<>();
                for (int writer = 0; writer < 6; writer++) {
                    String content = "by " + writer;
                    writers.add(() -> create(key, content));
                }
                List<Integer> statuses = new ArrayList<>();
                for (Future<Integer> future : threads.invokeAll(writers)) {
                    statuses.add(future.get());
                }
                assertThat(statuses).containsExactlyInAnyOrder(200, 412, 412, 412, 412, 412);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private int create(String key, String content) {
        try {
            s3.putObject(b -> b.bucket("box").key(key).ifNoneMatch("*"), text(content));
            return 200;
        } catch (S3Exception e) {
            return e.statusCode();
        }
    }

    @Test
    void replacesOnConditionOfVersion() {
        String tag = put("a", "one").eTag();
        s3.putObject(b -> b.bucket("box").key("a").ifMatch(tag), text("two"));

        assertThat(code(() -> s3.putObject(b -> b.bucket("box").key("a").ifMatch(tag), text("three"))))
                .isEqualTo("PreconditionFailed");
        assertThat(code(() -> s3.putObject(b -> b.bucket("box").key("none").ifMatch(tag), text("three"))))
                .isEqualTo("NoSuchKey");
        assertThat(get("a")).isEqualTo("two");
    }

    @Test
    void removesAndToleratesRemovingAgain() {
        put("a", "x");
        s3.deleteObject(b -> b.bucket("box").key("a"));
        s3.deleteObject(b -> b.bucket("box").key("a"));
        assertThat(code(() -> get("a"))).isEqualTo("NoSuchKey");
    }

    @Test
    void removesOnConditionOfVersion() {
        String tag = put("a", "x").eTag();
        assertThat(code(() -> s3.deleteObject(b -> b.bucket("box").key("a").ifMatch("\"1\""))))
                .isEqualTo("PreconditionFailed");
        s3.deleteObject(b -> b.bucket("box").key("a").ifMatch(tag));
        assertThat(code(() -> s3.deleteObject(b -> b.bucket("box").key("a").ifMatch(tag))))
                .isEqualTo("NoSuchKey");
    }

    @Test
    void removesManyEachOnItsOwnCondition() {
        put("a", "x");
        String tag = put("b", "y").eTag();
        put("c\u0001&<", "z");
        DeleteObjectsResponse answer = s3.deleteObjects(b -> b.bucket("box")
                .delete(d -> d.objects(
                        ObjectIdentifier.builder().key("a").eTag("\"0\"").build(),
                        ObjectIdentifier.builder().key("b").eTag(tag).build(),
                        ObjectIdentifier.builder().key("never there").build())));

        assertThat(answer.deleted()).extracting(DeletedObject::key).containsExactly("b", "never there");
        assertThat(answer.errors()).extracting(S3Error::key).containsExactly("a");
        assertThat(answer.errors()).extracting(S3Error::code).containsExactly("PreconditionFailed");
        assertThat(get("a")).isEqualTo("x");
    }

    @Test
    void copiesWithOrWithoutTheMetadata() {
        s3.putObject(b -> b.bucket("box").key("from it").metadata(Map.of("m", "1")), text("hello"));
        CopyObjectResponse copied = s3.copyObject(b -> b.sourceBucket("box")
                .sourceKey("from it")
                .destinationBucket("box")
                .destinationKey("to"));
        s3.copyObject(b -> b.sourceBucket("box")
                .sourceKey("from it")
                .destinationBucket("box")
                .destinationKey("other")
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("n", "2")));

        assertThat(copied.copyObjectResult().eTag()).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
        assertThat(get("to")).isEqualTo("hello");
        assertThat(s3.headObject(b -> b.bucket("box").key("to")).metadata()).isEqualTo(Map.of("m", "1"));
        assertThat(s3.headObject(b -> b.bucket("box").key("other")).metadata()).isEqualTo(Map.of("n", "2"));
    }

    @Test
    void copiesOnConditions() {
        String tag = put("from", "hello").eTag();
        put("to", "there");

        assertThat(code(() -> s3.copyObject(b -> b.sourceBucket("box")
                        .sourceKey("from")
                        .destinationBucket("box")
                        .destinationKey("new")
                        .copySourceIfMatch("\"0\""))))
                .isEqualTo("PreconditionFailed");
        assertThat(code(() -> s3.copyObject(b -> b.sourceBucket("box")
                        .sourceKey("from")
                        .destinationBucket("box")
                        .destinationKey("to")
                        .copySourceIfMatch(tag)
                        .ifNoneMatch("*"))))
                .isEqualTo("PreconditionFailed");
        s3.copyObject(b -> b.sourceBucket("box")
                .sourceKey("from")
                .destinationBucket("box")
                .destinationKey("new")
                .copySourceIfMatch(tag)
                .ifNoneMatch("*"));
        assertThat(get("new")).isEqualTo("hello");
        assertThat(get("to")).isEqualTo("there");
    }

    @Test
    void refusesToCopyAnObjectOntoItselfUnchanged() {
        put("a", "x");
        assertThat(code(() -> s3.copyObject(b -> b.sourceBucket("box")
                        .sourceKey("a")
                        .destinationBucket("box")
                        .destinationKey("a"))))
                .isEqualTo("InvalidRequest");
    }
}
