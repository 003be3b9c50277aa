package io.waybill.aws.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class ServersTest {
    @Test
    void s3proxyRefusesRequestsWithoutASignature() throws Exception {
        S3ProxyServer server = S3ProxyServer.shared();
        assertThat(get(server, "/" + server.newBucket())).isEqualTo(403);
    }

    @Test
    void s3mockListsANewBucket() throws Exception {
        S3MockServer server = S3MockServer.shared();
        assertThat(get(server, "/" + server.newVersionedBucket() + "?list-type=2"))
                .isEqualTo(200);
    }

    private static int get(S3Server server, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.uri().resolve(path)).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
