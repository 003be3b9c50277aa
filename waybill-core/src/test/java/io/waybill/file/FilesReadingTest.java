package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a reader notices of what others do to the file meanwhile. */
class FilesReadingTest {
    private static final FileKey KEY = new FileKey("dir/file");

    @TempDir
    Path root = Path.of("unset");

    private Path file = Path.of("unset");

    @BeforeEach
    void writeFile() throws Exception {
        file = root.resolve("dir/file");
        Files.createDirectories(root.resolve("dir"));
        Files.write(file, new byte[300_000]);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00.123456789Z")));
    }

    private FileStore store() {
        return new FilesStore(FilesOptions.of(root, false, true));
    }

    private interface Meddling {
        void run() throws Exception;
    }

    /** The kind of the refusal when somebody meddles between the first and the last byte. */
    private Kind kindAfter(Meddling meddling) throws Exception {
        try (FileStore.Reading reading = store().read(KEY, 0, null)) {
            InputStream stream = reading.stream();
            assertThat(stream.readNBytes(1_000)).hasSize(1_000);
            // Longer than a tick of the file system's clock.
            Thread.sleep(20);
            meddling.run();
            return catchThrowableOfType(StoreException.class, () -> {
                        stream.readAllBytes();
                        reading.confirm();
                    })
                    .kind();
        }
    }

    @Test
    void readsToTheEndWhenNobodyMeddles() throws Exception {
        try (FileStore.Reading reading = store().read(KEY, 0, null)) {
            assertThat(reading.stream().readAllBytes()).hasSize(300_000);
            reading.confirm();
            assertThat(reading.item().attributes()).containsEntry("mtime", "1577836800.123456789");
        }
    }

    @Test
    void noticesARewriteInPlace() throws Exception {
        assertThat(kindAfter(() -> overwrite(200_000))).isEqualTo(Kind.CONFLICT);
    }

    @Test
    void noticesARewriteInPlaceWhoseTimeWasSetBack() throws Exception {
        FileTime before = Files.getLastModifiedTime(file);
        assertThat(kindAfter(() -> {
                    overwrite(200_000);
                    Files.setLastModifiedTime(file, before);
                    assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
                }))
                .isEqualTo(Kind.CONFLICT);
    }

    @Test
    void noticesThatAFileGrew() throws Exception {
        assertThat(kindAfter(() -> Files.write(file, new byte[10], StandardOpenOption.APPEND)))
                .isEqualTo(Kind.CONFLICT);
    }

    @Test
    void neverEndsEarlyWhenAFileIsCutOff() throws Exception {
        try (FileStore.Reading reading = store().read(KEY, 0, null)) {
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                open.setLength(200_000);
            }
            StoreException e = catchThrowableOfType(
                    StoreException.class, () -> reading.stream().readAllBytes());
            assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
            assertThat(e).hasMessageContaining("shorter").hasMessageContaining(root + "/dir/file");
        }
    }

    @Test
    void noticesThatAnotherFileTookThePlace() throws Exception {
        assertThat(kindAfter(() -> {
                    Path other = root.resolve("other");
                    Files.copy(file, other, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                    Files.move(other, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                }))
                .isEqualTo(Kind.CONFLICT);
    }

    @Test
    void noticesThatTheFileIsGone() throws Exception {
        assertThat(kindAfter(() -> Files.delete(file))).isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void noticesThatTheFolderBecameALink() throws Exception {
        assertThat(kindAfter(() -> {
                    Files.move(root.resolve("dir"), root.resolve("moved"));
                    Files.createSymbolicLink(root.resolve("dir"), root.resolve("moved"));
                }))
                .isEqualTo(Kind.INVALID);
    }

    @Test
    void followsNoLinkOutOfTheRoot(@TempDir Path outside) throws Exception {
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("folder"), outside);
        Files.createSymbolicLink(root.resolve("link"), outside.resolve("secret"));
        assertThat(kind("folder/secret")).isEqualTo(Kind.INVALID);
        assertThat(kind("link")).isEqualTo(Kind.INVALID);
        assertThat(kind("../" + outside.getFileName() + "/secret")).isEqualTo(Kind.INVALID);
        assertThat(kind(outside.resolve("secret").toString())).isEqualTo(Kind.INVALID);
    }

    @Test
    void followsALinkToAFileInsideTheRootWhenAsked(@TempDir Path outside) throws Exception {
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("inside"), Path.of("dir/file"));
        Files.createSymbolicLink(root.resolve("outside"), outside.resolve("secret"));
        FileStore store = new FilesStore(FilesOptions.of(root, true, true));
        try (FileStore.Reading reading = store.read(new FileKey("inside"), 0, null)) {
            assertThat(reading.stream().readAllBytes()).hasSize(300_000);
            assertThat(reading.item().key()).isEqualTo(new FileKey("inside"));
            reading.confirm();
        }
        assertThat(catchThrowableOfType(
                                StoreException.class,
                                () -> store.read(new FileKey("outside"), 0, null)
                                        .close())
                        .kind())
                .isEqualTo(Kind.INVALID);
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void neverOpensANamedPipe() throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start();
        assertThat(mkfifo.waitFor()).isZero();
        assertThat(kind("pipe")).isEqualTo(Kind.INVALID);
        assertThat(store().find(java.util.List.of(new FileKey("pipe")))).isEmpty();
    }

    private Kind kind(String path) {
        return catchThrowableOfType(
                        StoreException.class,
                        () -> store().read(new FileKey(path), 0, null).close())
                .kind();
    }

    private void overwrite(long at) throws Exception {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            open.write("changed".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
