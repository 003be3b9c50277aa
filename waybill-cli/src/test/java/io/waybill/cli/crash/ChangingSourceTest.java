package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.ledger.State;
import io.waybill.store.Failpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file that changes between being opened and being read to its end is not called verified as it was. */
class ChangingSourceTest {
    private static final String MOVE = "moves: [ { name: all, from: 'from:', to: 'to:' } ]\n";
    private static final String ONCE = "limits: { retries: 0 }\n" + MOVE;
    private static final String AGAIN = "limits: { retries: 2 }\n" + MOVE;

    /** What happens to the file. */
    enum Change {
        GROWS {
            @Override
            void happen(Path file) throws IOException {
                Files.write(file, new byte[1_000], StandardOpenOption.APPEND);
            }
        },
        SHRINKS {
            @Override
            void happen(Path file) throws IOException {
                try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                    open.setLength(open.length() - 100);
                }
            }
        },
        IS_REWRITTEN_WITH_ITS_TIME_PUT_BACK {
            @Override
            void happen(Path file) throws IOException {
                FileTime time = Files.getLastModifiedTime(file);
                try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                    open.seek(open.length() - 10);
                    int last = open.read();
                    open.seek(open.length() - 10);
                    open.write(last + 1);
                }
                Files.setLastModifiedTime(file, time);
            }
        },
        IS_REPLACED_BY_ANOTHER {
            @Override
            void happen(Path file) throws IOException {
                FileTime time = Files.getLastModifiedTime(file);
                Path other = file.resolveSibling("../other");
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2]++;
                Files.write(other, bytes);
                Files.setLastModifiedTime(other, time);
                Files.move(other, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            }
        },
        VANISHES {
            @Override
            void happen(Path file) throws IOException {
                Files.deleteIfExists(file);
            }
        };

        abstract void happen(Path file) throws IOException;
    }

    @TempDir
    Path folder;

    private StorePair pair;
    private Path file;
    private final AtomicInteger times = new AtomicInteger();

    @BeforeEach
    void makeFile() throws Exception {
        pair = StorePair.make(folder);
        byte[] bytes = new byte[(33 << 20) + 3];
        new Random(4).nextBytes(bytes);
        file = folder.resolve("from/file");
        Files.write(file, bytes);
        Files.writeString(folder.resolve("from/quiet"), "quiet");
    }

    @AfterEach
    void close() {
        Failpoint.arm(null);
        pair.close();
    }

    /** The file is open and nothing of it was read. */
    private void change(Change change) {
        Failpoint.arm(name -> {
            if (name.equals("before-upload-begins") && times.incrementAndGet() == 1) {
                try {
                    change.happen(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    private RunReport run(String plan) throws Exception {
        return pair.migration(pair.files("from"), pair.s3("to"), plan).run(RunOptions.ALL);
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void isNotVerifiedWhenItChangesWhileItIsRead(Change change) throws Exception {
        change(change);

        RunReport report = run(ONCE);

        assertThat(times).hasPositiveValue();
        assertThat(report.items()).isEqualTo(Map.of(State.FAILED, 1L, State.VERIFIED, 1L));
        assertThat(pair.content(pair.s3("to"))).containsOnlyKeys("quiet");
        assertThat(pair.entries(1)).anySatisfy(entry -> {
            assertThat(entry.source()).isEqualTo("file");
            assertThat(entry.state()).isEqualTo(State.FAILED);
            assertThat(entry.error()).contains("/from/file").doesNotContain("Exception");
        });
        assertThat(report.balanced()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Change.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"VANISHES"})
    void arrivesAsItIsOnceItRests(Change change) throws Exception {
        change(change);

        RunReport report = run(AGAIN);

        assertThat(times).hasPositiveValue();
        assertThat(report.items()).isEqualTo(Map.of(State.VERIFIED, 2L));
        assertThat(pair.content(pair.s3("to"))).isEqualTo(pair.content(pair.files("from")));
    }

    @Test
    void isListedAgainByTheNextRunWhenItComesBack() throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        change(Change.VANISHES);
        run(AGAIN);
        Failpoint.arm(null);
        Files.write(file, bytes);

        RunReport report = run(AGAIN);

        assertThat(report.items(State.FAILED)).isZero();
        assertThat(pair.content(pair.s3("to"))).isEqualTo(pair.content(pair.files("from")));
    }
}
