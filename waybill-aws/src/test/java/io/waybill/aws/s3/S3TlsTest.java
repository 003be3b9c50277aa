package io.waybill.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.waybill.store.FileKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the store trusts. The server has a certificate of its own making and knows no object. */
class S3TlsTest {
    private static final String PASSWORD = "changeit";
    private static final FileKey KEY = new FileKey("a");

    @TempDir
    static Path folder;

    private static HttpsServer server;

    @BeforeAll
    static void startServer() throws Exception {
        Path keys = folder.resolve("keys.p12");
        keytool("-genkeypair", "-keyalg", "EC", "-alias", "a", "-dname", "CN=localhost", "-ext", "san=dns:localhost");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "a",
                "-file",
                folder.resolve("ca.pem").toString());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-keystore", folder.resolve("keys.p12").toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("keytool.log")))
                .isZero();
    }

    @AfterAll
    static void stopServer() {
        server.stop(0);
    }

    private static S3Store open(Map<String, String> more) throws StoreException {
        Map<String, String> options = new HashMap<>(more);
        options.put("bucket", "bucket");
        options.put("endpoint", "https://localhost:" + server.getAddress().getPort());
        options.put("access_key_id", "id");
        options.put("secret_access_key", "secret");
        return (S3Store) new S3Provider().open(new StoreProvider.Settings("test", options, folder, name -> null));
    }

    @Test
    void refusesACertificateThatNobodyVouchesFor() throws Exception {
        try (S3Store store = open(Map.of())) {
            assertThatThrownBy(() -> store.find(List.of(KEY)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("no trusted connection to https://localhost")
                    .hasMessageContaining("ca_bundle");
        }
    }

    @Test
    void trustsTheCertificatesOfItsBundle() throws Exception {
        try (S3Store store = open(Map.of("ca_bundle", "ca.pem"))) {
            assertThat(store.find(List.of(KEY))).isEmpty();
        }
    }

    @Test
    void trustsAnyCertificateWhenToldTo() throws Exception {
        try (S3Store store = open(Map.of("tls", "insecure"))) {
            assertThat(store.find(List.of(KEY))).isEmpty();
        }
    }

    @Test
    void saysThatABundleHoldsNoCertificate() throws Exception {
        Files.writeString(folder.resolve("empty.pem"), "");
        assertThatThrownBy(() -> open(Map.of("ca_bundle", "empty.pem")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("empty.pem holds no certificate");
    }
}
