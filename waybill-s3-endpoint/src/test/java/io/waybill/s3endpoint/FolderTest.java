package io.waybill.s3endpoint;

import static io.waybill.s3endpoint.Clients.code;
import static io.waybill.s3endpoint.Clients.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class FolderTest {
    @TempDir
    Path folder = Path.of("");

    private S3Endpoint open() throws IOException {
        return S3Endpoint.start(EndpointOptions.folder(folder).bucket("box").sync(false));
    }

    private static String get(S3Client s3, String key) {
        return s3.getObjectAsBytes(b -> b.bucket("box").key(key)).asUtf8String();
    }

    private List<Path> dataFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void findsEverythingAgainAfterARestart() throws IOException {
        String tag;
        try (S3Endpoint endpoint =
                        S3Endpoint.start(EndpointOptions.folder(folder).bucket("box"));
                S3Client s3 = Clients.of(endpoint)) {
            tag = s3.putObject(b -> b.bucket("box").key("../a").metadata(Map.of("m", "1")), text("hello"))
                    .eTag();
            s3.putObject(b -> b.bucket("box").key("gone"), text("x"));
            s3.deleteObject(b -> b.bucket("box").key("gone"));
            s3.createBucket(b -> b.bucket("second"));
        }
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            assertThat(get(s3, "../a")).isEqualTo("hello");
            assertThat(s3.headObject(b -> b.bucket("box").key("../a")).metadata())
                    .isEqualTo(Map.of("m", "1"));
            assertThat(s3.headObject(b -> b.bucket("box").key("../a")).eTag()).isEqualTo(tag);
            assertThat(s3.listObjectsV2(b -> b.bucket("box")).contents())
                    .extracting(S3Object::key)
                    .containsExactly("../a");
            assertThat(s3.listBuckets().buckets()).hasSize(2);
        }
    }

    @Test
    void goesOnWithAnUploadAfterARestart() throws IOException {
        byte[] first = Clients.bytes(5 << 20, 1);
        String upload;
        String one;
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            upload = s3.createMultipartUpload(b -> b.bucket("box").key("a")).uploadId();
            one = s3.uploadPart(
                            b -> b.bucket("box").key("a").uploadId(upload).partNumber(1), RequestBody.fromBytes(first))
                    .eTag();
        }
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            assertThat(s3.listParts(b -> b.bucket("box").key("a").uploadId(upload))
                            .parts())
                    .hasSize(1);
            String two = s3.uploadPart(
                            b -> b.bucket("box").key("a").uploadId(upload).partNumber(2), text("end"))
                    .eTag();
            s3.completeMultipartUpload(b -> b.bucket("box")
                    .key("a")
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(
                            CompletedPart.builder().partNumber(1).eTag(one).build(),
                            CompletedPart.builder().partNumber(2).eTag(two).build())));
        }
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            byte[] read = s3.getObjectAsBytes(b -> b.bucket("box").key("a")).asByteArrayUnsafe();
            assertThat(read).startsWith(first).endsWith("end".getBytes(StandardCharsets.UTF_8));
            assertThat(read).hasSize(first.length + 3);
        }
    }

    @Test
    void leavesNoBytesOfWhatWasReplacedOrRemovedOrRefused() throws IOException {
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            s3.putObject(b -> b.bucket("box").key("a"), text("one"));
            s3.putObject(b -> b.bucket("box").key("a"), text("two"));
            assertThat(dataFiles()).hasSize(1);
            assertThat(code(() -> s3.putObject(b -> b.bucket("box").key("a").checksumCRC32("AAAAAA=="), text("three"))))
                    .isEqualTo("BadDigest");
            assertThat(dataFiles()).hasSize(1);
            String upload =
                    s3.createMultipartUpload(b -> b.bucket("box").key("b")).uploadId();
            s3.uploadPart(b -> b.bucket("box").key("b").uploadId(upload).partNumber(1), text("p"));
            s3.abortMultipartUpload(b -> b.bucket("box").key("b").uploadId(upload));
            s3.deleteObject(b -> b.bucket("box").key("a"));
            assertThat(dataFiles()).isEmpty();
        }
    }

    @Test
    void sweepsWhatADeadProcessLeftAndCutsATornJournal() throws IOException {
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            s3.putObject(b -> b.bucket("box").key("a"), text("one"));
        }
        Path orphan = dataFiles().get(0).resolveSibling("00000000000000ab");
        Files.writeString(orphan, "left behind");
        Files.write(folder.resolve("journal"), new byte[] {0, 0, 1, 0, 7, 7}, StandardOpenOption.APPEND);
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            assertThat(orphan).doesNotExist();
            s3.putObject(b -> b.bucket("box").key("b"), text("two"));
        }
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            assertThat(get(s3, "a") + get(s3, "b")).isEqualTo("onetwo");
        }
    }

    @Test
    void saysThatAJournalIsDamagedInTheMiddle() throws IOException {
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            s3.putObject(b -> b.bucket("box").key("a"), text("one"));
            s3.putObject(b -> b.bucket("box").key("b"), text("two"));
        }
        byte[] journal = Files.readAllBytes(folder.resolve("journal"));
        journal[20] ^= 1;
        Files.write(folder.resolve("journal"), journal);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("damaged at byte 8");
    }

    @Test
    void shortensAJournalThatGrewLong() throws IOException {
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            s3.putObject(b -> b.bucket("box").key("a"), text("same"));
            for (int i = 0; i < 600; i++) {
                s3.createBucket(b -> b.bucket("again"));
                s3.deleteBucket(b -> b.bucket("again"));
            }
        }
        long before = Files.size(folder.resolve("journal"));
        try (S3Endpoint endpoint = open();
                S3Client s3 = Clients.of(endpoint)) {
            assertThat(Files.size(folder.resolve("journal"))).isLessThan(before / 50);
            assertThat(get(s3, "a")).isEqualTo("same");
        }
    }

    @Test
    void refusesAFolderThatHoldsSomethingElse() throws IOException {
        Files.writeString(folder.resolve("thesis.txt"), "mine");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("thesis.txt");
        assertThat(folder.resolve("journal")).doesNotExist();
    }

    @Test
    void servesOneFolderByTwoEndpointsOfAProcess() throws IOException {
        try (S3Endpoint one = open();
                S3Client first = Clients.of(one)) {
            try (S3Endpoint two = open();
                    S3Client second = Clients.of(two)) {
                first.putObject(b -> b.bucket("box").key("a"), text("one"));
                assertThat(get(second, "a")).isEqualTo("one");
            }
            assertThat(get(first, "a")).isEqualTo("one");
        }
    }

    /** An endpoint in a JVM of its own. */
    private record Child(Process process, URI uri) implements AutoCloseable {
        static Child start(Path folder) throws IOException {
            List<String> command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.waybill.s3endpoint.Main",
                    "--folder",
                    folder.toString(),
                    "--bucket",
                    "box",
                    "--no-sync",
                    "--until-eof");
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            return new Child(process, URI.create(Objects.requireNonNull(reader.readLine(), "the child says nothing")));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void seesWhatAnotherProcessWritesAndWhatItLeavesWhenKilled() throws Exception {
        try (S3Endpoint endpoint = open();
                S3Client ours = Clients.of(endpoint)) {
            ours.putObject(b -> b.bucket("box").key("a"), text("ours"));
            try (Child child = Child.start(folder);
                    S3Client theirs = Clients.builder(child.uri()).build()) {
                assertThat(get(theirs, "a")).isEqualTo("ours");
                theirs.putObject(b -> b.bucket("box").key("b"), text("theirs"));
                theirs.deleteObject(b -> b.bucket("box").key("a"));
                assertThat(get(ours, "b")).isEqualTo("theirs");
                assertThat(code(() -> get(ours, "a"))).isEqualTo("NoSuchKey");
                child.process().destroyForcibly().waitFor();
            }
            ours.putObject(b -> b.bucket("box").key("c"), text("after"));
            assertThat(ours.listObjectsV2(b -> b.bucket("box")).contents())
                    .extracting(S3Object::key)
                    .containsExactly("b", "c");
        }
    }

    @Test
    void letsExactlyOneOfRacingWritersInTwoProcessesCreate() throws Exception {
        int keys = 40;
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (S3Endpoint endpoint = open();
                Child child = Child.start(folder);
                S3Client ours = Clients.of(endpoint);
                S3Client theirs = Clients.builder(child.uri()).build()) {
            List<Callable<List<Integer>>> writers = new ArrayList<>();
            for (int writer = 0; writer < 6; writer++) {
                S3Client s3 = writer % 2 == 0 ? ours : theirs;
                int number = writer;
                writers.add(() -> create(s3, number, keys));
            }
            List<Integer> won = new ArrayList<>();
            for (Future<List<Integer>> future : threads.invokeAll(writers)) {
                won.addAll(future.get());
            }
            assertThat(won).hasSize(keys).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Integer> create(S3Client s3, int writer, int keys) {
        List<Integer> won = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            String key = "raced/" + i;
            try {
                s3.putObject(b -> b.bucket("box").key(key).ifNoneMatch("*"), text("by " + writer));
                won.add(i);
            } catch (S3Exception e) {
                assertThat(e.statusCode()).isEqualTo(412);
            }
        }
        return won;
    }
}
