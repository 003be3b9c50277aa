package io.waybill.s3endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock")
class HttpTest {
    private S3Endpoint endpoint;
    private RawHttp http;

    @BeforeEach
    void start() throws IOException {
        endpoint = S3Endpoint.start(EndpointOptions.memory().bucket("box"));
        http = new RawHttp(endpoint);
    }

    @AfterEach
    void stop() throws IOException {
        http.close();
        endpoint.close();
    }

    private String get(String key) {
        return RawHttp.get(endpoint, "/box/" + key).text();
    }

    @Test
    void servesManyRequestsSentAtOnceOnOneConnection() throws IOException {
        http.send("PUT /box/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                + "HEAD /box/a HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /box/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(200);
        RawHttp.Answer head = http.answer(false);
        assertThat(head.header("content-length")).isEqualTo("3");
        assertThat(head.header("content-type")).isEqualTo("binary/octet-stream");
        assertThat(http.answer().text()).isEqualTo("abc");
        assertThat(http.ended()).isTrue();
    }

    @Test
    void asksForTheBodyOnlyWhenItWantsIt() throws IOException {
        String put = "PUT /box/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nIf-None-Match: *\r\n"
                + "Expect: 100-continue\r\n\r\n";
        http.send(put);
        assertThat(http.answer().status()).isEqualTo(100);
        http.send("abc");
        assertThat(http.answer().status()).isEqualTo(200);
        http.send(put);
        assertThat(http.answer().status()).isEqualTo(412);
        assertThat(http.ended()).isTrue();
    }

    @Test
    void readsChunkedBodies() throws IOException {
        http.send(
                "PUT /box/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n"
                        + "0\r\nTrailer: x\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(200);
        assertThat(get("a")).isEqualTo("abc0123456789");
    }

    private RawHttp.Answer putAwsChunked(String headers, String body) throws IOException {
        return http.send("PUT /box/a HTTP/1.1\r\nHost: x\r\nContent-Encoding: aws-chunked\r\n" + headers
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .answer();
    }

    @Test
    void readsAwsChunkedBodiesAndChecksTheirTrailers() throws IOException {
        String headers =
                "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nx-amz-decoded-content-length: 9\r\n"
                        + "x-amz-trailer: x-amz-checksum-crc32\r\n";
        assertThat(putAwsChunked(headers, "4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n")
                        .status())
                .isEqualTo(200);
        RawHttp.Answer answer = RawHttp.get(endpoint, "/box/a");
        assertThat(answer.text()).isEqualTo("123456789");
        assertThat(answer.headers()).doesNotContainKey("content-encoding");

        assertThat(putAwsChunked(headers, "9\r\n123456780\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n")
                        .text())
                .contains("BadDigest");
        assertThat(putAwsChunked(headers, "9\r\n123456789\r\n0\r\n\r\n").text()).contains("MalformedTrailerError");
        assertThat(putAwsChunked(headers, "8\r\n12345678\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n")
                        .text())
                .contains("IncompleteBody");
        assertThat(get("a")).isEqualTo("123456789");
    }

    @Test
    void checksTheHashOfTheBodyInTheSignedHeader() throws IOException {
        http.send("PUT /box/a HTTP/1.1\r\nHost: x\r\nx-amz-content-sha256: " + "0".repeat(64)
                + "\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(http.answer().text()).contains("XAmzContentSHA256Mismatch");
        assertThat(RawHttp.get(endpoint, "/box/a").status()).isEqualTo(404);
    }

    @Test
    void takesTheBucketFromTheHost() throws IOException {
        http.send("PUT /a/b HTTP/1.1\r\nHost: box.localhost:" + endpoint.port() + "\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(http.answer().status()).isEqualTo(200);
        assertThat(get("a/b")).isEqualTo("abc");
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        assertThat(RawHttp.get(endpoint, "/box?acl").status()).isEqualTo(501);
        assertThat(RawHttp.get(endpoint, "/box/a?tagging").text()).contains("NotImplemented");
        assertThat(RawHttp.get(endpoint, "/box/a?versionId=1").status()).isEqualTo(501);
        assertThat(RawHttp.get(endpoint, "/box/%ff").text()).contains("InvalidURI");
        http.send("PUT /box/a HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(http.answer().text()).contains("MissingContentLength");
        http.send("PUT /ab_c HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        assertThat(http.answer().text()).contains("InvalidBucketName");
        http.send("PATCH /box/a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        assertThat(http.answer().status()).isEqualTo(501);
    }

    @Test
    void hangsUpOnWhatIsNotHttp() throws IOException {
        http.send("hello\r\n\r\n");
        assertThat(http.ended()).isTrue();
        try (RawHttp other = new RawHttp(endpoint)) {
            other.send("PUT /box/a HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc");
            assertThat(other.ended()).isTrue();
        }
    }

    @Test
    void keepsNothingOfABodyThatEndsEarly() throws Exception {
        http.send("PUT /box/a HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\nabc");
        http.close();
        try (RawHttp other = new RawHttp(endpoint)) {
            for (int i = 0; i < 100 && endpoint.requests().count() == 0; i++) {
                Thread.sleep(10);
            }
            assertThat(other.send("GET /box/a HTTP/1.1\r\nHost: x\r\n\r\n")
                            .answer()
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void answersKeysThatXmlCannotSay() throws IOException {
        http.send("POST /box/a%01?uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        assertThat(http.answer().text()).contains("<Key>a&#x1;</Key>");
        String delete = "<Delete><Object><Key>a&#x1;&lt;</Key></Object></Delete>";
        http.send("PUT /box/a%01%3c HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
        assertThat(http.answer().status()).isEqualTo(200);
        String md5 = Base64.getEncoder()
                .encodeToString(Hashes.digest("MD5").digest(delete.getBytes(StandardCharsets.UTF_8)));
        http.send("POST /box?delete HTTP/1.1\r\nHost: x\r\nContent-MD5: " + md5 + "\r\nContent-Length: "
                + delete.length() + "\r\n\r\n" + delete);
        assertThat(http.answer().text()).contains("<Deleted>");
        assertThat(RawHttp.get(endpoint, "/box/a%01%3c").status()).isEqualTo(404);
    }
}
