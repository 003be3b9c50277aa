package io.waybill.s3endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Prints how fast the discarding endpoint is here and now; figures are not asserted, machines differ. */
@SuppressWarnings("SystemOut")
class ThroughputTest {
    @Test
    void discardsBodiesAndAnswersSmallRequests() throws IOException {
        try (S3Endpoint endpoint = S3Endpoint.start(EndpointOptions.discard().bucket("box"));
                RawHttp http = new RawHttp(endpoint)) {
            byte[] piece = new byte[1 << 20];
            int megabytes = 512;
            long begin = System.nanoTime();
            http.send("PUT /box/large HTTP/1.1\r\nHost: x\r\nContent-Length: " + ((long) megabytes << 20) + "\r\n\r\n");
            for (int i = 0; i < megabytes; i++) {
                http.send(piece);
            }
            assertThat(http.answer().status()).isEqualTo(200);
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.println("discarded MB/s: " + Math.round(megabytes * 1.048576 / seconds));

            int batches = 200;
            begin = System.nanoTime();
            for (int batch = 0; batch < batches; batch++) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < 50; i++) {
                    requests.append("PUT /box/small-")
                            .append(batch * 50 + i)
                            .append(" HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nxy");
                }
                http.send(requests.toString());
                for (int i = 0; i < 50; i++) {
                    assertThat(http.answer().status()).isEqualTo(200);
                }
            }
            seconds = (System.nanoTime() - begin) / 1e9;
            System.out.println("small requests/s: " + Math.round(batches * 50 / seconds));
        }
    }
}
