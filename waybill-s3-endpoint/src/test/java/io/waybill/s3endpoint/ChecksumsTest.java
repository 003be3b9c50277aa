package io.waybill.s3endpoint;

import static io.waybill.s3endpoint.Clients.code;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

class ChecksumsTest {
    private static final byte[] CHECK = "123456789".getBytes(StandardCharsets.US_ASCII);

    private S3Endpoint endpoint;
    private S3Client s3;

    @BeforeEach
    void start() throws IOException {
        endpoint = S3Endpoint.start(EndpointOptions.memory().bucket("box"));
        s3 = Clients.of(endpoint);
    }

    @AfterEach
    void stop() {
        s3.close();
        endpoint.close();
    }

    private static long sum(java.util.zip.Checksum checksum, byte[] bytes) {
        checksum.update(bytes);
        return checksum.getValue();
    }

    @Test
    void computesThePublishedCheckValueOfCrc64Nvme() {
        assertThat(sum(new Crc64Nvme(), CHECK)).isEqualTo(0xAE8B14860A799888L);
    }

    @Test
    void joinsChecksOfPiecesIntoThatOfTheWhole() {
        byte[] first = Clients.bytes(100_003, 1);
        byte[] second = Clients.bytes(77_777, 2);
        byte[] whole = ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();

        assertThat(Algorithm.CRC32.combine(sum(new CRC32(), first), sum(new CRC32(), second), second.length))
                .isEqualTo(sum(new CRC32(), whole));
        assertThat(Algorithm.CRC32C.combine(sum(new CRC32C(), first), sum(new CRC32C(), second), second.length))
                .isEqualTo(sum(new CRC32C(), whole));
        assertThat(Algorithm.CRC64NVME.combine(
                        sum(new Crc64Nvme(), first), sum(new Crc64Nvme(), second), second.length))
                .isEqualTo(sum(new Crc64Nvme(), whole));
        assertThat(Algorithm.CRC32.combine(5, 0, 0)).isEqualTo(5);
    }

    @Test
    void sendsTheSdksDefaultChecksumAsATrailerAndAnswersIt() {
        PutObjectResponse put = s3.putObject(
                b -> b.bucket("box").key("a"),
                RequestBody.fromInputStream(new ByteArrayInputStream(CHECK), CHECK.length));

        assertThat(put.checksumCRC32()).isEqualTo("y/Q5Jg==");
        HeadObjectResponse head = s3.headObject(b -> b.bucket("box").key("a").checksumMode(ChecksumMode.ENABLED));
        assertThat(head.checksumCRC32()).isEqualTo("y/Q5Jg==");
        assertThat(head.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
        assertThat(s3.headObject(b -> b.bucket("box").key("a")).checksumCRC32()).isNull();
    }

    @Test
    void takesBodiesWithoutChecksumsToo() throws Exception {
        try (S3Client plain = Clients.builder(endpoint.uri())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .build()) {
            PutObjectResponse put = plain.putObject(
                    b -> b.bucket("box").key("a"),
                    RequestBody.fromInputStream(new ByteArrayInputStream(CHECK), CHECK.length));
            assertThat(put.checksumCRC32()).isNull();
            assertThat(put.eTag())
                    .isEqualTo("\""
                            + HexFormat.of()
                                    .formatHex(MessageDigest.getInstance("MD5").digest(CHECK))
                            + "\"");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ChecksumAlgorithm.class,
            names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
    void checksWhatTheSdkComputes(ChecksumAlgorithm algorithm) {
        byte[] bytes = Clients.bytes(300_000, 3);
        PutObjectResponse put =
                s3.putObject(b -> b.bucket("box").key("a").checksumAlgorithm(algorithm), RequestBody.fromBytes(bytes));

        String said = String.valueOf(
                put.getValueForField(field(algorithm), String.class).orElse(null));
        Algorithm ours = Algorithm.valueOf(algorithm.toString());
        Hashes hashes = new Hashes(false, false, ours);
        hashes.update(ByteBuffer.wrap(bytes));
        assertThat(said).isEqualTo(hashes.checksum(ours, null).text());
        assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("a").checksumMode(ChecksumMode.ENABLED))
                        .asByteArrayUnsafe())
                .isEqualTo(bytes);
    }

    private static String field(ChecksumAlgorithm algorithm) {
        return "Checksum" + algorithm;
    }

    private static String base64(byte... bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private String refused(PutObjectRequest.Builder request) {
        String code = code(() -> s3.putObject(request.bucket("box").key("a").build(), RequestBody.fromBytes(CHECK)));
        assertThat(s3.listObjectsV2(b -> b.bucket("box")).contents()).isEmpty();
        return code;
    }

    @Test
    void refusesWrongChecksumsAndKeepsNothing() {
        assertThat(refused(PutObjectRequest.builder().checksumCRC32(base64(new byte[4]))))
                .isEqualTo("BadDigest");
        assertThat(refused(PutObjectRequest.builder().checksumCRC32C(base64(new byte[4]))))
                .isEqualTo("BadDigest");
        assertThat(refused(PutObjectRequest.builder().checksumCRC64NVME(base64(new byte[8]))))
                .isEqualTo("BadDigest");
        assertThat(refused(PutObjectRequest.builder().checksumSHA1(base64(new byte[20]))))
                .isEqualTo("BadDigest");
        assertThat(refused(PutObjectRequest.builder().checksumSHA256(base64(new byte[32]))))
                .isEqualTo("BadDigest");
        assertThat(refused(PutObjectRequest.builder().contentMD5(base64(new byte[16]))))
                .isEqualTo("BadDigest");
        assertThat(refused(PutObjectRequest.builder().contentMD5(base64(new byte[5]))))
                .isEqualTo("InvalidDigest");
        assertThat(refused(PutObjectRequest.builder().checksumSHA256(base64(new byte[5]))))
                .isEqualTo("InvalidRequest");
    }

    @Test
    void takesARightCrc64NvmeAndAnswersItWithoutBeingAskedToCompute() {
        String right =
                Checksum.ofNumber(Algorithm.CRC64NVME, 0xAE8B14860A799888L).text();
        PutObjectResponse put =
                s3.putObject(b -> b.bucket("box").key("a").checksumCRC64NVME(right), RequestBody.fromBytes(CHECK));
        assertThat(put.checksumCRC64NVME()).isEqualTo(right);
    }

    @Test
    void carriesChecksumsAlongInCopies() {
        s3.putObject(
                b -> b.bucket("box").key("a").checksumAlgorithm(ChecksumAlgorithm.SHA256),
                RequestBody.fromBytes(CHECK));
        String copied = s3.copyObject(b -> b.sourceBucket("box")
                        .sourceKey("a")
                        .destinationBucket("box")
                        .destinationKey("b"))
                .copyObjectResult()
                .checksumSHA256();
        assertThat(copied).isEqualTo(sha256(CHECK));
    }

    private static String sha256(byte[] bytes) {
        return base64(Hashes.digest("SHA-256").digest(bytes));
    }
}
