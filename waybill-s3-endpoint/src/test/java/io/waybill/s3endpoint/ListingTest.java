package io.waybill.s3endpoint;

import static io.waybill.s3endpoint.Clients.code;
import static io.waybill.s3endpoint.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

@ParameterizedClass
@EnumSource(EndpointOptions.Mode.class)
class ListingTest {
    @Parameter
    EndpointOptions.Mode mode = EndpointOptions.Mode.MEMORY;

    @TempDir
    Path folder = Path.of("");

    private S3Endpoint endpoint;
    private S3Client s3;

    @BeforeEach
    void start() throws IOException {
        EndpointOptions options =
                switch (mode) {
                    case MEMORY -> EndpointOptions.memory();
                    case DISCARD -> EndpointOptions.discard();
                    case FOLDER -> EndpointOptions.folder(folder).sync(false);
                };
        endpoint = S3Endpoint.start(options.bucket("box"));
        s3 = Clients.of(endpoint);
    }

    @AfterEach
    void stop() {
        s3.close();
        endpoint.close();
    }

    private void put(String... keys) {
        for (String key : keys) {
            s3.putObject(b -> b.bucket("box").key(key), text(key));
        }
    }

    private List<String> keys(ListObjectsV2Request.Builder request) {
        List<String> keys = new ArrayList<>();
        for (ListObjectsV2Response page :
                s3.listObjectsV2Paginator(request.bucket("box").build())) {
            page.contents().forEach(object -> keys.add(object.key()));
            page.commonPrefixes().forEach(prefix -> keys.add(prefix.prefix()));
        }
        return keys;
    }

    @Test
    void listsInTheOrderOfBytesNotOfChars() {
        put("b", "a", "B", "\uFF5E", "\uD83D\uDE00", "é", "a/b", "a-b", "a.b");
        assertThat(keys(ListObjectsV2Request.builder()))
                .containsExactly("B", "a", "a-b", "a.b", "a/b", "b", "é", "\uFF5E", "\uD83D\uDE00");
    }

    @Test
    void saysSizeAndTag() {
        put("abc");
        S3Object object = s3.listObjectsV2(b -> b.bucket("box")).contents().get(0);
        assertThat(object.size()).isEqualTo(3);
        assertThat(object.eTag())
                .isEqualTo(s3.headObject(b -> b.bucket("box").key("abc")).eTag());
    }

    @Test
    void rollsUpWhatIsBehindADelimiter() {
        put("a", "b/1", "b/2", "b/c/3", "b0", "c/1", "d");
        ListObjectsV2Response page = s3.listObjectsV2(b -> b.bucket("box").delimiter("/"));
        assertThat(page.contents()).extracting(S3Object::key).containsExactly("a", "b0", "d");
        assertThat(page.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("b/", "c/");
        assertThat(page.keyCount()).isEqualTo(5);
        assertThat(keys(ListObjectsV2Request.builder().delimiter("/").prefix("b/")))
                .containsExactly("b/1", "b/2", "b/c/");
        assertThat(keys(ListObjectsV2Request.builder().delimiter("/").maxKeys(1)))
                .containsExactly("a", "b/", "b0", "c/", "d");
        assertThat(keys(ListObjectsV2Request.builder().delimiter("b0")))
                .containsExactly("a", "b/1", "b/2", "b/c/3", "c/1", "d", "b0");
    }

    @Test
    void beginsBehindAKey() {
        put("a", "b", "c");
        assertThat(keys(ListObjectsV2Request.builder().startAfter("a"))).containsExactly("b", "c");
        assertThat(keys(ListObjectsV2Request.builder().startAfter("aa"))).containsExactly("b", "c");
        assertThat(keys(ListObjectsV2Request.builder().startAfter("c"))).isEmpty();
        assertThat(keys(ListObjectsV2Request.builder().startAfter("a").prefix("c")))
                .containsExactly("c");
    }

    @Test
    void listsMoreThanAPageHolds() {
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < 1234; i++) {
            wanted.add("many/" + (100_000 + i));
        }
        put(wanted.toArray(String[]::new));

        ListObjectsV2Response first = s3.listObjectsV2(b -> b.bucket("box").maxKeys(5000));
        assertThat(first.contents()).hasSize(1000);
        assertThat(first.isTruncated()).isTrue();
        assertThat(keys(ListObjectsV2Request.builder())).isEqualTo(wanted);
        assertThat(keys(ListObjectsV2Request.builder().delimiter("/"))).containsExactly("many/");
        assertThat(s3.listObjectsV2(b -> b.bucket("box").maxKeys(0)).contents()).isEmpty();
    }

    @Test
    void listsTheOldWayToo() {
        put("a", "b/1", "b/2", "c");
        ListObjectsResponse first =
                s3.listObjects(b -> b.bucket("box").delimiter("/").maxKeys(2));
        assertThat(first.contents()).extracting(S3Object::key).containsExactly("a");
        assertThat(first.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("b/");
        assertThat(first.isTruncated()).isTrue();
        ListObjectsResponse second =
                s3.listObjects(b -> b.bucket("box").delimiter("/").marker(first.nextMarker()));
        assertThat(second.contents()).extracting(S3Object::key).containsExactly("c");
        assertThat(second.commonPrefixes()).isEmpty();
    }

    @Test
    void keepsOddKeysApartAndByteExact() {
        String[] odd = {
            "..", "../../etc/passwd", "/", "//", "/abs", "a//b", "a/../b", "a/./b", "a/", "a", " lead", "trail ", "a b",
            "a+b", "a%2Fb", "a%", "a?b", "a&b=c", "a#b", "a\\b", "a\"b", "a'b", "<a>", "\u0001\u001f", "a\tb", "a\nb",
            "a\rb", "\u007f", "e\u0301", "\u00e9", "\u202e", "\uD83D\uDE00", "CON", "*", "~", "a:b", ";", "=", "$&@,"
        };
        put(odd);
        String longest = "ü".repeat(512);
        put(longest);

        List<String> wanted = new ArrayList<>(List.of(odd));
        wanted.add(longest);
        wanted.sort((a, b) ->
                Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
        assertThat(keys(ListObjectsV2Request.builder().encodingType(EncodingType.URL)))
                .isEqualTo(wanted);
        assertThat(keys(ListObjectsV2Request.builder()
                        .encodingType(EncodingType.URL)
                        .maxKeys(1)))
                .isEqualTo(wanted);
        for (String key : wanted) {
            assertThat(s3.headObject(b -> b.bucket("box").key(key)).contentLength())
                    .as(key)
                    .isEqualTo(key.getBytes(StandardCharsets.UTF_8).length);
        }
        assertThat(code(() -> put(longest + "x"))).isEqualTo("KeyTooLongError");
    }

    @Test
    void refusesATokenThatItDidNotGive() {
        assertThat(code(() -> s3.listObjectsV2(b -> b.bucket("box").continuationToken("?"))))
                .isEqualTo("InvalidArgument");
    }
}
