package io.waybill.s3endpoint;

import static io.waybill.s3endpoint.Clients.code;
import static io.waybill.s3endpoint.Clients.refusal;
import static io.waybill.s3endpoint.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class FaultsTest {
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

    private void put(String key, String content) {
        s3.putObject(b -> b.bucket("box").key(key), text(content));
    }

    private String get(String key) {
        return s3.getObjectAsBytes(b -> b.bucket("box").key(key)).asUtf8String();
    }

    private List<String> keys() {
        return s3.listObjectsV2(b -> b.bucket("box")).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    @Test
    void refusesTheNthRequestThatMatches() {
        FaultRule rule =
                endpoint.faults().on(Operation.PUT_OBJECT).key("b").nth(2).then(Fault.slowDown(Duration.ofSeconds(7)));
        put("a", "1");
        put("b1", "1");
        S3Exception refusal = refusal(() -> put("b2", "2"));
        put("b3", "3");

        assertThat(refusal.statusCode()).isEqualTo(503);
        assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("SlowDown");
        assertThat(refusal.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("Retry-After"))
                .hasValue("7");
        assertThat(keys()).containsExactly("a", "b1", "b3");
        assertThat(rule.hits()).isEqualTo(1);
    }

    @Test
    void countsAndNarrowsRules() {
        FaultRule rule = endpoint.faults().on().method("PUT").from(2).times(2).then(Fault.refuse(500, "InternalError"));
        put("a", "1");
        assertThat(code(() -> put("b", "1"))).isEqualTo("InternalError");
        assertThat(code(() -> put("c", "1"))).isEqualTo("InternalError");
        put("d", "1");
        assertThat(keys()).containsExactly("a", "d");
        rule.remove();
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.refuse(403, "AccessDenied"));
        assertThat(code(() -> put("e", "1"))).isEqualTo("AccessDenied");
        endpoint.faults().clear();
        put("e", "1");
    }

    @Test
    void refusesAfterTheWorkIsDone() {
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.refuseAfterApplying(500, "InternalError"));
        assertThat(code(() -> put("a", "1"))).isEqualTo("InternalError");
        assertThat(keys()).containsExactly("a");
        assertThat(endpoint.requests().appliedMutations()).isEqualTo(1);
    }

    @Test
    void cutsTheConnectionBeforeOrAfterTheWork() {
        byte[] large = Clients.bytes(1_000_000, 1);
        endpoint.faults().on().key("before").then(new Fault.Reset(Fault.Moment.BEFORE_READING));
        endpoint.faults().on().key("read").then(new Fault.Reset(Fault.Moment.AFTER_READING));
        endpoint.faults().on().key("within").then(new Fault.ResetInBody(300_000));
        endpoint.faults().on().key("lost").then(Fault.loseAnswer());

        for (String key : List.of("before", "read", "within", "lost")) {
            assertThatThrownBy(() -> s3.putObject(b -> b.bucket("box").key(key), RequestBody.fromBytes(large)))
                    .as(key)
                    .isInstanceOf(SdkClientException.class);
        }
        assertThat(keys()).containsExactly("lost");
        assertThat(endpoint.requests().mutations()).isEqualTo(4);
        assertThat(endpoint.requests().appliedMutations()).isEqualTo(1);
        assertThat(endpoint.requests().entries())
                .filteredOn(e -> e.operation() == Operation.PUT_OBJECT)
                .extracting(RequestLog.Entry::status)
                .containsOnly(0);
    }

    @Test
    void waits() {
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.delay(Duration.ofMillis(300)));
        long begin = System.nanoTime();
        put("a", "1");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(299));
    }

    @Test
    void hangsUntilItCloses() throws Exception {
        endpoint.faults().on(Operation.PUT_OBJECT).then(Fault.delay(Duration.ofHours(1)));
        Thread client =
                new Thread(() -> assertThatThrownBy(() -> put("a", "1")).isInstanceOf(SdkClientException.class));
        client.start();
        Thread.sleep(200);
        assertThat(client.isAlive()).isTrue();
        endpoint.close();
        client.join(5000);
        assertThat(client.isAlive()).isFalse();
    }

    @Test
    void cutsAnswersShort() throws IOException {
        put("a", "0123456789");
        endpoint.faults().on(Operation.GET_OBJECT).nth(1).then(new Fault.Cut(4, Fault.End.CLOSE));
        endpoint.faults().on(Operation.GET_OBJECT).nth(2).then(new Fault.Cut(4, Fault.End.RESET));
        endpoint.faults().on(Operation.GET_OBJECT).nth(3).then(new Fault.Cut(4, Fault.End.SHORT_LENGTH));

        RawHttp.Answer closed = RawHttp.get(endpoint, "/box/a");
        assertThat(closed.header("content-length")).isEqualTo("10");
        assertThat(closed.text()).isEqualTo("0123");
        assertThatThrownBy(() -> RawHttp.get(endpoint, "/box/a"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("reset");
        RawHttp.Answer less = RawHttp.get(endpoint, "/box/a");
        assertThat(less.header("content-length")).isEqualTo("4");
        assertThat(less.text()).isEqualTo("0123");
        assertThat(RawHttp.get(endpoint, "/box/a").text()).isEqualTo("0123456789");
    }

    @Test
    void isFoundOutByTheSdkOnlyIfThatChecksChecksums() {
        put("a", "0123456789");
        endpoint.faults().on(Operation.GET_OBJECT).then(new Fault.Cut(4, Fault.End.SHORT_LENGTH));

        assertThat(get("a")).isEqualTo("0123");
        assertThatThrownBy(
                        () -> s3.getObjectAsBytes(b -> b.bucket("box").key("a").checksumMode(ChecksumMode.ENABLED)))
                .isInstanceOf(SdkClientException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void answersAnErrorInsideASuccess() {
        String upload = s3.createMultipartUpload(b -> b.bucket("box").key("a")).uploadId();
        String tag = s3.uploadPart(
                        b -> b.bucket("box").key("a").uploadId(upload).partNumber(1), text("part"))
                .eTag();
        endpoint.faults()
                .on(Operation.COMPLETE_MULTIPART_UPLOAD)
                .nth(1)
                .then(new Fault.ErrorInside("InternalError", false));
        endpoint.faults()
                .on(Operation.COMPLETE_MULTIPART_UPLOAD)
                .nth(2)
                .then(new Fault.ErrorInside("InternalError", true));

        assertThat(code(() -> complete(upload, tag))).isEqualTo("InternalError");
        assertThat(keys()).isEmpty();
        assertThat(code(() -> complete(upload, tag))).isEqualTo("InternalError");
        assertThat(keys()).containsExactly("a");
        assertThat(code(() -> complete(upload, tag))).isEqualTo("NoSuchUpload");
    }

    private void complete(String upload, String... tags) {
        List<CompletedPart> parts = new ArrayList<>();
        for (String tag : tags) {
            parts.add(CompletedPart.builder()
                    .partNumber(parts.size() + 1)
                    .eTag(tag)
                    .build());
        }
        s3.completeMultipartUpload(
                b -> b.bucket("box").key("a").uploadId(upload).multipartUpload(m -> m.parts(parts)));
    }

    @Test
    void keepsOtherBytesThanItReceived() {
        endpoint.faults().on().key("flip").then(new Fault.StoreOther(Fault.Damage.FLIPPED));
        endpoint.faults().on().key("less").then(new Fault.StoreOther(Fault.Damage.TRUNCATED));
        endpoint.faults().on().key("none").then(new Fault.StoreOther(Fault.Damage.EMPTIED));
        String honest =
                s3.putObject(b -> b.bucket("box").key("a"), text("0123")).eTag();
        for (String key : List.of("flip", "less", "none")) {
            assertThat(s3.putObject(b -> b.bucket("box").key(key), text("0123")).eTag())
                    .as(key)
                    .isEqualTo(honest);
        }
        assertThat(raw("flip")).isEqualTo("1123");
        assertThat(raw("less")).isEqualTo("012");
        assertThat(raw("none")).isEmpty();
    }

    private String raw(String key) {
        return new String(RawHttp.get(endpoint, "/box/" + key).body(), StandardCharsets.UTF_8);
    }

    @Test
    void servesOtherBytesThanItKeeps() {
        put("a", "0123");
        FaultRule rule = endpoint.faults().on(Operation.GET_OBJECT).then(new Fault.ServeOther());
        assertThat(raw("a")).isEqualTo("1123");
        rule.remove();
        assertThat(raw("a")).isEqualTo("0123");
    }

    @Test
    void saysAWrongTag() {
        put("a", "0123");
        String honest = s3.headObject(b -> b.bucket("box").key("a")).eTag();
        endpoint.faults().on(Operation.HEAD_OBJECT, Operation.LIST_OBJECTS_V2).then(new Fault.WrongEtag());
        assertThat(s3.headObject(b -> b.bucket("box").key("a")).eTag()).isNotEqualTo(honest);
        assertThat(s3.listObjectsV2(b -> b.bucket("box")).contents().get(0).eTag())
                .isNotEqualTo(honest);
    }

    @Test
    void echoesChecksumsWithoutComputing() {
        endpoint.faults().on(Operation.PUT_OBJECT).then(new Fault.EchoChecksum());
        assertThat(s3.putObject(b -> b.bucket("box").key("a").checksumCRC32("AAAAAA=="), text("0123"))
                        .checksumCRC32())
                .isEqualTo("AAAAAA==");
    }

    @Test
    void ignoresConditions() {
        put("a", "one");
        endpoint.faults().on().then(new Fault.IgnoreConditions());
        s3.putObject(b -> b.bucket("box").key("a").ifNoneMatch("*"), text("two"));
        assertThat(get("a")).isEqualTo("two");
        s3.deleteObject(b -> b.bucket("box").key("a").ifMatch("\"0\""));
        assertThat(keys()).isEmpty();
    }

    @Test
    void refusesChecksumHeaders() {
        endpoint.faults().on().then(new Fault.RefuseChecksums());
        assertThat(refusal(() -> put("a", "1")).statusCode()).isEqualTo(501);
        try (S3Client plain = Clients.builder(endpoint.uri())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .build()) {
            plain.putObject(b -> b.bucket("box").key("a"), text("1"));
        }
        assertThat(keys()).containsExactly("a");
    }

    @Test
    void demandsEqualParts() {
        endpoint.faults().on().then(new Fault.EqualParts());
        String upload = s3.createMultipartUpload(b -> b.bucket("box").key("a")).uploadId();
        String[] tags = new String[3];
        for (int i = 0; i < 3; i++) {
            int number = i + 1;
            int size = (5 << 20) + (number == 2 ? 1 : 0);
            tags[i] = s3.uploadPart(
                            b -> b.bucket("box").key("a").uploadId(upload).partNumber(number),
                            RequestBody.fromBytes(Clients.bytes(size, i)))
                    .eTag();
        }
        assertThat(code(() -> complete(upload, tags))).isEqualTo("InvalidPart");
        complete(upload, tags[0]);
    }

    @Test
    void dripsBothWays() {
        endpoint.faults().on().then(new Fault.Drip(20_000));
        long begin = System.nanoTime();
        s3.putObject(b -> b.bucket("box").key("a"), RequestBody.fromBytes(Clients.bytes(4000, 1)));
        Duration up = Duration.ofNanos(System.nanoTime() - begin);
        begin = System.nanoTime();
        s3.getObjectAsBytes(b -> b.bucket("box").key("a"));
        Duration down = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(up).isGreaterThan(Duration.ofMillis(190));
        assertThat(down).isGreaterThan(Duration.ofMillis(190));
    }

    @Test
    void listsStale() {
        put("c", "1");
        put("a", "1");
        put("b", "1");
        put("c", "2");
        FaultRule rule = endpoint.faults().on(Operation.LIST_OBJECTS_V2).then(new Fault.StaleListing(2));
        assertThat(keys()).containsExactly("a");
        rule.remove();
        assertThat(keys()).containsExactly("a", "b", "c");
    }

    @Test
    void hasAClockThatIsAhead() throws Exception {
        endpoint.faults().on().then(new Fault.ClockSkew(Duration.ofHours(2)));
        String date = s3.headBucket(b -> b.bucket("box"))
                .sdkHttpResponse()
                .firstMatchingHeader("Date")
                .orElseThrow();
        Long second = Moments.second(date);
        assertThat(second).isNotNull();
        assertThat(Instant.ofEpochSecond(second == null ? 0 : second))
                .isAfter(Instant.now().plusSeconds(7000));
    }

    @Test
    void logsWhatWasAskedAndForgetsOnDemand() {
        put("a", "1");
        assertThat(code(() -> get("b"))).isEqualTo("NoSuchKey");
        assertThat(endpoint.requests().entries())
                .containsExactly(
                        new RequestLog.Entry("PUT", Operation.PUT_OBJECT, "box", "a", 200, true),
                        new RequestLog.Entry("GET", Operation.GET_OBJECT, "box", "b", 404, false));
        assertThat(endpoint.requests().count(Operation.GET_OBJECT)).isEqualTo(1);
        assertThat(endpoint.requests().count()).isEqualTo(2);
        endpoint.requests().clear();
        assertThat(endpoint.requests().count()).isZero();
        assertThat(endpoint.requests().entries()).isEmpty();
    }
}
