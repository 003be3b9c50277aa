package io.waybill.s3endpoint;

import static io.waybill.s3endpoint.Clients.code;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

@ParameterizedClass
@EnumSource(
        value = EndpointOptions.Mode.class,
        names = {"MEMORY", "FOLDER"})
class MultipartTest {
    private static final int SIZE = 5 << 20;
    private static final byte[] ONE = Clients.bytes(SIZE, 1);
    private static final byte[] TWO = Clients.bytes(SIZE + 17, 2);
    private static final byte[] LAST = Clients.bytes(1000, 3);

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

    private String begin(String key) {
        return s3.createMultipartUpload(b -> b.bucket("box").key(key)).uploadId();
    }

    private CompletedPart part(String upload, int number, byte[] bytes) {
        UploadPartResponse answer = s3.uploadPart(
                b -> b.bucket("box").key("a").uploadId(upload).partNumber(number), RequestBody.fromBytes(bytes));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(answer.eTag())
                .checksumCRC32(answer.checksumCRC32())
                .checksumSHA256(answer.checksumSHA256())
                .build();
    }

    private CompleteMultipartUploadResponse complete(String upload, List<CompletedPart> parts) {
        return s3.completeMultipartUpload(
                b -> b.bucket("box").key("a").uploadId(upload).multipartUpload(m -> m.parts(parts)));
    }

    private byte[] read() {
        return s3.getObjectAsBytes(b -> b.bucket("box").key("a")).asByteArrayUnsafe();
    }

    private static byte[] join(byte[]... pieces) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(pieces).mapToInt(p -> p.length).sum());
        for (byte[] piece : pieces) {
            all.put(piece);
        }
        return all.array();
    }

    @Test
    void putsPartsTogetherWithTheTagThatS3Gives() throws Exception {
        String upload = s3.createMultipartUpload(
                        b -> b.bucket("box").key("a").metadata(Map.of("m", "1")).contentType("text/csv"))
                .uploadId();
        CompletedPart last = part(upload, 7, LAST);
        CompletedPart one = part(upload, 2, ONE);
        CompletedPart two = part(upload, 3, TWO);
        CompleteMultipartUploadResponse done = complete(upload, List.of(one, two, last));

        MessageDigest md5 = MessageDigest.getInstance("MD5");
        byte[] ofParts = join(md5.digest(ONE), md5.digest(TWO), md5.digest(LAST));
        assertThat(done.eTag()).isEqualTo("\"" + HexFormat.of().formatHex(md5.digest(ofParts)) + "-3\"");
        assertThat(read()).isEqualTo(join(ONE, TWO, LAST));
        HeadObjectResponse head = s3.headObject(b -> b.bucket("box").key("a"));
        assertThat(head.metadata()).isEqualTo(Map.of("m", "1"));
        assertThat(head.contentType()).isEqualTo("text/csv");
        assertThat(head.contentLength()).isEqualTo(2L * SIZE + 1017);
        assertThat(s3.listMultipartUploads(b -> b.bucket("box")).uploads()).isEmpty();
    }

    @Test
    void readsRangesAcrossParts() {
        String upload = begin("a");
        complete(upload, List.of(part(upload, 1, ONE), part(upload, 2, TWO), part(upload, 3, LAST)));
        byte[] whole = join(ONE, TWO, LAST);

        for (long[] range : new long[][] {{SIZE - 5, SIZE + 5}, {0, 9}, {SIZE, SIZE}, {SIZE - 1, 2L * SIZE + 20}}) {
            byte[] read = s3.getObjectAsBytes(b -> b.bucket("box").key("a").range("bytes=" + range[0] + "-" + range[1]))
                    .asByteArrayUnsafe();
            assertThat(read).isEqualTo(Arrays.copyOfRange(whole, (int) range[0], (int) range[1] + 1));
        }
    }

    @Test
    void composesChecksumsOfParts() {
        String upload = s3.createMultipartUpload(
                        b -> b.bucket("box").key("a").checksumAlgorithm(ChecksumAlgorithm.SHA256))
                .uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (byte[] bytes : List.of(ONE, LAST)) {
            int number = parts.size() + 1;
            UploadPartResponse answer = s3.uploadPart(
                    b -> b.bucket("box")
                            .key("a")
                            .uploadId(upload)
                            .partNumber(number)
                            .checksumAlgorithm(ChecksumAlgorithm.SHA256),
                    RequestBody.fromBytes(bytes));
            parts.add(CompletedPart.builder()
                    .partNumber(number)
                    .eTag(answer.eTag())
                    .checksumSHA256(answer.checksumSHA256())
                    .build());
        }
        CompleteMultipartUploadResponse done = complete(upload, parts);

        MessageDigest sha = Hashes.digest("SHA-256");
        byte[] composite = sha.digest(join(sha.digest(ONE), sha.digest(LAST)));
        String wanted = Base64.getEncoder().encodeToString(composite) + "-2";
        assertThat(done.checksumSHA256()).isEqualTo(wanted);
        HeadObjectResponse head = s3.headObject(b -> b.bucket("box").key("a").checksumMode(ChecksumMode.ENABLED));
        assertThat(head.checksumSHA256()).isEqualTo(wanted);
        assertThat(head.checksumType()).isEqualTo(ChecksumType.COMPOSITE);
    }

    @Test
    void joinsChecksumsOfPartsWhereTheyAreOfTheWholeObject() {
        String upload = s3.createMultipartUpload(b -> b.bucket("box")
                        .key("a")
                        .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                        .checksumType(ChecksumType.FULL_OBJECT))
                .uploadId();
        List<CompletedPart> parts = List.of(part(upload, 1, ONE), part(upload, 2, LAST));
        Hashes hashes = new Hashes(false, false, Algorithm.CRC32);
        hashes.update(ByteBuffer.wrap(join(ONE, LAST)));
        String wanted = hashes.checksum(Algorithm.CRC32, null).text();

        assertThat(code(() -> s3.completeMultipartUpload(b -> b.bucket("box")
                        .key("a")
                        .uploadId(upload)
                        .checksumType(ChecksumType.FULL_OBJECT)
                        .checksumCRC32("AAAAAA==")
                        .multipartUpload(m -> m.parts(parts)))))
                .isEqualTo("BadDigest");
        CompleteMultipartUploadResponse done = s3.completeMultipartUpload(b -> b.bucket("box")
                .key("a")
                .uploadId(upload)
                .checksumType(ChecksumType.FULL_OBJECT)
                .checksumCRC32(wanted)
                .multipartUpload(m -> m.parts(parts)));
        assertThat(done.checksumCRC32()).isEqualTo(wanted);
        assertThat(read()).isEqualTo(join(ONE, LAST));
    }

    @Test
    void demandsThePartsChecksumsOfACompositeUpload() {
        String upload = s3.createMultipartUpload(
                        b -> b.bucket("box").key("a").checksumAlgorithm(ChecksumAlgorithm.CRC32))
                .uploadId();
        CompletedPart part = part(upload, 1, LAST);
        assertThat(code(() -> complete(
                        upload, List.of(part.toBuilder().checksumCRC32(null).build()))))
                .isEqualTo("InvalidRequest");
        assertThat(code(() -> complete(
                        upload,
                        List.of(part.toBuilder().checksumCRC32("AAAAAA==").build()))))
                .isEqualTo("InvalidPart");
        assertThat(code(() -> s3.uploadPart(
                        b -> b.bucket("box")
                                .key("a")
                                .uploadId(upload)
                                .partNumber(2)
                                .checksumAlgorithm(ChecksumAlgorithm.SHA256),
                        RequestBody.fromBytes(LAST))))
                .isEqualTo("InvalidRequest");
    }

    @Test
    void refusesListsOfPartsThatAreWrong() {
        String upload = begin("a");
        CompletedPart one = part(upload, 1, ONE);
        CompletedPart small = part(upload, 2, LAST);
        CompletedPart last = part(upload, 3, LAST);

        assertThat(code(() -> complete(upload, List.of(small, one)))).isEqualTo("InvalidPartOrder");
        assertThat(code(() -> complete(upload, List.of(one, one)))).isEqualTo("InvalidPartOrder");
        assertThat(code(() -> complete(upload, List.of(one, small, last)))).isEqualTo("EntityTooSmall");
        assertThat(code(() ->
                        complete(upload, List.of(one.toBuilder().eTag("\"0\"").build(), last))))
                .isEqualTo("InvalidPart");
        assertThat(code(() ->
                        complete(upload, List.of(one.toBuilder().partNumber(9).build()))))
                .isEqualTo("InvalidPart");
        assertThat(code(() -> complete(upload, List.of()))).isEqualTo("MalformedXML");
        assertThat(code(this::read)).isEqualTo("NoSuchKey");
    }

    @Test
    void replacesAPartThatIsSentAgain() {
        String upload = begin("a");
        part(upload, 1, ONE);
        complete(upload, List.of(part(upload, 1, LAST)));
        assertThat(read()).isEqualTo(LAST);
    }

    @Test
    void completesOnConditionOfAbsence() {
        String upload = begin("a");
        CompletedPart part = part(upload, 1, LAST);
        s3.putObject(b -> b.bucket("box").key("a"), Clients.text("there"));

        assertThat(code(() -> s3.completeMultipartUpload(b -> b.bucket("box")
                        .key("a")
                        .uploadId(upload)
                        .ifNoneMatch("*")
                        .multipartUpload(m -> m.parts(part)))))
                .isEqualTo("PreconditionFailed");
        assertThat(read()).asString().isEqualTo("there");
        String tag = s3.headObject(b -> b.bucket("box").key("a")).eTag();
        s3.completeMultipartUpload(
                b -> b.bucket("box").key("a").uploadId(upload).ifMatch(tag).multipartUpload(m -> m.parts(part)));
        assertThat(read()).isEqualTo(LAST);
    }

    @Test
    void abortsAndForgetsAnUpload() {
        String upload = begin("a");
        CompletedPart part = part(upload, 1, LAST);
        s3.abortMultipartUpload(b -> b.bucket("box").key("a").uploadId(upload));

        assertThat(code(() -> complete(upload, List.of(part)))).isEqualTo("NoSuchUpload");
        assertThat(code(() -> part(upload, 1, LAST))).isEqualTo("NoSuchUpload");
        assertThat(code(() ->
                        s3.abortMultipartUpload(b -> b.bucket("box").key("a").uploadId(upload))))
                .isEqualTo("NoSuchUpload");
        assertThat(code(() -> s3.listParts(b -> b.bucket("box").key("a").uploadId("no such"))))
                .isEqualTo("NoSuchUpload");
    }

    @Test
    void listsPartsPageByPage() {
        String upload = begin("a");
        for (int number : new int[] {5, 1, 9, 3}) {
            part(upload, number, Clients.bytes(number, number));
        }
        ListPartsResponse first =
                s3.listParts(b -> b.bucket("box").key("a").uploadId(upload).maxParts(3));
        assertThat(first.parts()).extracting(Part::partNumber).containsExactly(1, 3, 5);
        assertThat(first.parts()).extracting(Part::size).containsExactly(1L, 3L, 5L);
        assertThat(first.isTruncated()).isTrue();
        List<Integer> all =
                s3
                        .listPartsPaginator(
                                b -> b.bucket("box").key("a").uploadId(upload).maxParts(1))
                        .parts()
                        .stream()
                        .map(Part::partNumber)
                        .toList();
        assertThat(all).containsExactly(1, 3, 5, 9);
    }

    @Test
    void listsUploadsPageByPage() {
        String b1 = begin("b");
        String b2 = begin("b");
        begin("other");
        String a = begin("a &+<\u00e9");
        ListMultipartUploadsResponse all = s3.listMultipartUploads(b -> b.bucket("box"));
        assertThat(all.uploads()).extracting(MultipartUpload::key).containsExactly("a &+<\u00e9", "b", "b", "other");
        assertThat(all.uploads().get(0).uploadId()).isEqualTo(a);
        assertThat(s3.listMultipartUploads(r -> r.bucket("box").prefix("b")).uploads())
                .extracting(MultipartUpload::uploadId)
                .containsExactly(b1, b2);
        List<String> paged = s3
                .listMultipartUploadsPaginator(r -> r.bucket("box").maxUploads(1))
                .uploads()
                .stream()
                .map(MultipartUpload::key)
                .toList();
        assertThat(paged).containsExactly("a &+<\u00e9", "b", "b", "other");
    }

    @Test
    void copiesPartsOutOfAnObject() {
        s3.putObject(b -> b.bucket("box").key("from"), RequestBody.fromBytes(join(ONE, TWO)));
        String upload = begin("a");
        List<CompletedPart> parts = new ArrayList<>();
        for (String range : List.of("bytes=10-" + (SIZE + 9), "bytes=0-99")) {
            int number = parts.size() + 1;
            String tag = s3.uploadPartCopy(b -> b.sourceBucket("box")
                            .sourceKey("from")
                            .destinationBucket("box")
                            .destinationKey("a")
                            .uploadId(upload)
                            .partNumber(number)
                            .copySourceRange(range))
                    .copyPartResult()
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        }
        complete(upload, parts);
        byte[] source = join(ONE, TWO);
        assertThat(read()).isEqualTo(join(Arrays.copyOfRange(source, 10, SIZE + 10), Arrays.copyOf(source, 100)));
    }
}
