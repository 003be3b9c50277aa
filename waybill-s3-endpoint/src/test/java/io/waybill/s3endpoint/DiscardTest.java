package io.waybill.s3endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

class DiscardTest {
    private S3Endpoint endpoint;
    private S3Client s3;

    @BeforeEach
    void start() throws IOException {
        endpoint = S3Endpoint.start(EndpointOptions.discard().bucket("box"));
        s3 = Clients.of(endpoint);
    }

    @AfterEach
    void stop() {
        s3.close();
        endpoint.close();
    }

    @Test
    void keepsWhatDescribesAnObjectAndServesZeros() {
        PutObjectResponse put = s3.putObject(
                b -> b.bucket("box").key("a").metadata(Map.of("m", "1")),
                RequestBody.fromBytes(Clients.bytes(1000, 1)));
        HeadObjectResponse head = s3.headObject(b -> b.bucket("box").key("a").checksumMode(ChecksumMode.ENABLED));

        assertThat(head.contentLength()).isEqualTo(1000);
        assertThat(head.eTag()).isEqualTo(put.eTag());
        assertThat(head.checksumCRC32()).isNotEmpty().isEqualTo(put.checksumCRC32());
        assertThat(head.metadata()).isEqualTo(Map.of("m", "1"));
        assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("a").checksumMode(ChecksumMode.ENABLED))
                        .asByteArrayUnsafe())
                .isEqualTo(new byte[1000]);
    }

    @Test
    void refusesAWrongChecksumUnlessToldNotToVerify() throws IOException {
        assertThat(Clients.code(
                        () -> s3.putObject(b -> b.bucket("box").key("a").checksumCRC32("AAAAAA=="), Clients.text("x"))))
                .isEqualTo("BadDigest");
        try (S3Endpoint trusting =
                        S3Endpoint.start(EndpointOptions.discard().bucket("box").verify(false));
                S3Client client = Clients.of(trusting)) {
            assertThat(client.putObject(b -> b.bucket("box").key("a").checksumCRC32("AAAAAA=="), Clients.text("x"))
                            .checksumCRC32())
                    .isEqualTo("AAAAAA==");
        }
        assertThatThrownBy(() -> EndpointOptions.memory().verify(false)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void completesUploadsAndCopiesThem() throws IOException {
        String upload = s3.createMultipartUpload(b -> b.bucket("box").key("a")).uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            int number = i;
            String tag = s3.uploadPart(
                            b -> b.bucket("box").key("a").uploadId(upload).partNumber(number),
                            RequestBody.fromBytes(new byte[5 << 20]))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        }
        s3.completeMultipartUpload(
                b -> b.bucket("box").key("a").uploadId(upload).multipartUpload(m -> m.parts(parts)));
        s3.copyObject(b ->
                b.sourceBucket("box").sourceKey("a").destinationBucket("box").destinationKey("b"));

        assertThat(s3.headObject(b -> b.bucket("box").key("a")).eTag()).endsWith("-3\"");
        assertThat(s3.headObject(b -> b.bucket("box").key("b")).contentLength()).isEqualTo(15L << 20);
        try (InputStream stream = s3.getObject(b -> b.bucket("box").key("b").range("bytes=100-15000000"))) {
            assertThat(stream.transferTo(OutputStream.nullOutputStream())).isEqualTo(15_000_000 - 99);
        }
    }

    @Test
    void holdsManyObjectsInLittleMemory() throws IOException {
        try (RawHttp http = new RawHttp(endpoint)) {
            int objects = 100_000;
            long before = used();
            for (int batch = 0; batch < objects; batch += 100) {
                StringBuilder requests = new StringBuilder();
                for (int i = batch; i < batch + 100; i++) {
                    requests.append("PUT /box/some/folder/of/a/tree/file-")
                            .append(i)
                            .append(".dat HTTP/1.1\r\nHost: x\r\nx-amz-meta-waybill: series-1/123456\r\n")
                            .append("Content-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\nxy");
                }
                http.send(requests.toString());
                for (int i = 0; i < 100; i++) {
                    assertThat(http.answer().status()).isEqualTo(200);
                }
            }
            long each = (used() - before) / objects;
            assertThat(each).as("bytes of heap for each object").isLessThan(250);
        }
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
