package io.waybill.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.store.StoreProvider.Option;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class S3OptionsTest {
    private static S3Options options(String... pairs) {
        return options(Map.of(), pairs);
    }

    private static S3Options options(Map<String, String> environment, String... pairs) {
        return S3Options.of(settings(environment, pairs));
    }

    private static StoreProvider.Settings settings(Map<String, String> environment, String... pairs) {
        Map<String, String> options = new HashMap<>();
        options.put("bucket", "b");
        for (int i = 0; i < pairs.length; i += 2) {
            options.put(pairs[i], pairs[i + 1]);
        }
        return new StoreProvider.Settings("test", options, Path.of("/plans"), environment::get);
    }

    @Test
    void namesEveryOptionAndItsDefault() {
        assertThat(new S3Provider().options())
                .extracting(option -> option.name() + " " + option.type() + " " + option.defaultValue() + " "
                        + (option.required() ? "required" : "optional"))
                .containsExactly(
                        "bucket TEXT null required",
                        "root TEXT null optional",
                        "endpoint TEXT null optional",
                        "path_style BOOLEAN null optional",
                        "region TEXT null optional",
                        "profile TEXT null optional",
                        "keys TEXT null optional",
                        "access_key_id SECRET null optional",
                        "secret_access_key SECRET null optional",
                        "session_token SECRET null optional",
                        "anonymous BOOLEAN false optional",
                        "part_size TEXT null optional",
                        "storage_class TEXT null optional",
                        "sse TEXT null optional",
                        "sse_kms_key TEXT null optional",
                        "timeout DURATION 60s optional",
                        "checksum TEXT auto optional",
                        "tls TEXT verify optional",
                        "ca_bundle TEXT null optional",
                        "identity TEXT null optional");
    }

    @Test
    void hasTheDefaultsThatItSays() {
        S3Options options = options();
        assertThat(options.root()).isEmpty();
        assertThat(options.endpoint()).isNull();
        assertThat(options.pathStyle()).isFalse();
        assertThat(options.partSize()).isZero();
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(options.checksum()).isEqualTo(S3Options.ChecksumUse.AUTO);
        assertThat(options.insecure()).isFalse();
        assertThat(options("endpoint", "http://localhost:9000").pathStyle()).isTrue();
        assertThat(options("endpoint", "http://localhost:9000", "path_style", "false")
                        .pathStyle())
                .isFalse();
    }

    @Test
    void readsSizesAndDurationsAsPeopleWriteThem() {
        assertThat(options("part_size", "64MiB").partSize()).isEqualTo(64L << 20);
        assertThat(options("part_size", "8 MB").partSize()).isEqualTo(8_000_000);
        assertThat(options("timeout", "1m30s").timeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(options("timeout", "500ms").timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(options("ca_bundle", "ca.pem").caBundle()).isEqualTo(Path.of("/plans/ca.pem"));
    }

    @Test
    void refusesWhatIsOutOfBounds() {
        for (String[] wrong : List.of(
                new String[] {"part_size", "4MiB"},
                new String[] {"part_size", "6GiB"},
                new String[] {"part_size", "large"},
                new String[] {"timeout", "0s"},
                new String[] {"timeout", "2h"},
                new String[] {"timeout", "soon"},
                new String[] {"checksum", "md5"},
                new String[] {"tls", "off"},
                new String[] {"bucket", "a/b"},
                new String[] {"endpoint", "localhost"},
                new String[] {"endpoint", "ftp://host"},
                new String[] {"endpoint", "https://user:secret@host"})) {
            assertThatThrownBy(() -> options(wrong))
                    .as(String.join(" ", wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Option " + wrong[0])
                    .hasMessageNotContaining("user:secret");
        }
    }

    @Test
    void takesKeysFromOnePlaceOnly() {
        assertThatThrownBy(() -> options("profile", "p", "keys", "SRC")).hasMessageContaining("exclude each other");
        assertThatThrownBy(() -> options("access_key_id", "id")).hasMessageContaining("Give both");
    }

    @Test
    void namesTheVariablesThatAreMissing() {
        assertThatThrownBy(() -> new S3Provider().open(settings(Map.of(), "region", "eu-west-1", "keys", "SRC")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("SRC_ACCESS_KEY_ID")
                .extracting(e -> ((StoreException) e).kind())
                .isEqualTo(StoreException.Kind.DENIED);
    }

    @Test
    void takesRegionAndEndpointFromTheEnvironment() throws Exception {
        Map<String, String> environment = Map.of(
                "AWS_REGION", "eu-central-1",
                "AWS_ENDPOINT_URL_S3", "https://Store.Example:443/",
                "SRC_ACCESS_KEY_ID", "id",
                "SRC_SECRET_ACCESS_KEY", "secret");
        try (Store store = new S3Provider().open(settings(environment, "keys", "SRC", "root", "folder"))) {
            assertThat(store.identity()).isEqualTo("s3:https://store.example#b/folder/");
            assertThat(store.location().toString()).isEqualTo("s3://b/folder");
        }
    }

    @Test
    void isTheSameStoreHoweverItsAddressIsWritten() throws Exception {
        assertThat(identity("endpoint", "http://Host:80")).isEqualTo(identity("endpoint", "http://host/"));
        assertThat(identity("region", "eu-west-1")).isEqualTo("s3:aws#b/");
        assertThat(identity("endpoint", "http://host:9000", "identity", "folder:/srv/demo"))
                .isEqualTo("folder:/srv/demo");
    }

    private static String identity(String... pairs) throws Exception {
        Map<String, String> environment = Map.of("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "secret");
        try (Store store = new S3Provider().open(settings(environment, pairs))) {
            return store.identity();
        }
    }

    @Test
    void readsAddresses() {
        StoreProvider provider = new S3Provider();
        assertThat(provider.parse("s3://bucket")).isEqualTo(Map.of("bucket", "bucket"));
        assertThat(provider.parse("s3://bucket/")).isEqualTo(Map.of("bucket", "bucket"));
        assertThat(provider.parse("s3://bucket/a%20b/c+d?region=eu-west-1&endpoint=http://localhost:9000"))
                .isEqualTo(Map.of(
                        "bucket",
                        "bucket",
                        "root",
                        "a b/c+d",
                        "region",
                        "eu-west-1",
                        "endpoint",
                        "http://localhost:9000"));
    }

    @Test
    void refusesAddressesThatAreWrongOrSecret() {
        StoreProvider provider = new S3Provider();
        for (String wrong : List.of(
                "s3://",
                "s3:///key",
                "s3://key:secret@bucket",
                "s3://bucket?secret_access_key=secret",
                "s3://bucket?regoin=x",
                "s3://bucket?region=",
                "s3://bucket?region=a&region=b",
                "s3://bucket/%zz")) {
            assertThatThrownBy(() -> provider.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret@")
                    .hasMessageNotContaining("=secret");
        }
    }

    @Test
    void isFoundAsAService() {
        ServiceLoader<StoreProvider> providers = ServiceLoader.load(StoreProvider.class);
        StoreProvider s3 = providers.stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.type().equals("s3"))
                .findFirst()
                .orElseThrow();
        assertThat(s3.schemes()).containsExactly("s3");
    }

    @Test
    void isLoadedAndAskedWithoutTheSdk() throws Exception {
        URL[] ours = {location(S3Provider.class), location(StoreProvider.class)};
        try (URLClassLoader withoutSdk = new URLClassLoader(ours, ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> withoutSdk.loadClass("software.amazon.awssdk.services.s3.S3Client"))
                    .isInstanceOf(ClassNotFoundException.class);
            Class<?> provider = withoutSdk.loadClass(S3Provider.class.getName());
            Object instance = provider.getConstructor().newInstance();
            assertThat((List<?>) provider.getMethod("options").invoke(instance)).isNotEmpty();
            Object parsed = provider.getMethod("parse", String.class).invoke(instance, "s3://bucket");
            assertThat((Map<?, ?>) parsed).hasToString("{bucket=bucket}");
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    @Test
    void partsAreEqualAndFewEnough() throws Exception {
        assertThat(partSize(16L << 20)).isZero();
        assertThat(partSize((16L << 20) + 1)).isEqualTo(16L << 20);
        assertThat(partSize(9_999L * (16L << 20))).isEqualTo(16L << 20);
        assertThat(partSize(9_999L * (16L << 20) + 1)).isEqualTo(17L << 20);
        assertThat(partSize(48L << 40)).isLessThanOrEqualTo(5L << 30);
    }

    private static long partSize(long size) throws Exception {
        Map<String, String> environment = Map.of("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "secret");
        try (Store store = new S3Provider().open(settings(environment, "region", "eu-west-1"))) {
            return Objects.requireNonNull((S3Store) store).partSize(size);
        }
    }

    @Test
    void optionsAreDocumentedInOneSentence() {
        for (Option option : new S3Provider().options()) {
            assertThat(option.doc()).as(option.name()).endsWith(".").doesNotContain("\n");
        }
    }
}
