package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody swaps a folder for a link out of the root, again and again, while we work below it. */
class FilesSwapTest {
    private static final int SECONDS = 2;

    @TempDir
    Path base = Path.of("unset");

    private Path root = Path.of("unset");
    private Path outside = Path.of("unset");

    private interface Work {
        void run(int round) throws Exception;
    }

    private int whileSwapping(Work work) throws Exception {
        root = Files.createDirectories(base.resolve("root"));
        outside = Files.createDirectories(base.resolve("outside"));
        Files.createDirectories(root.resolve("sub"));
        Files.writeString(root.resolve("sub/same"), "inside");
        Files.writeString(outside.resolve("same"), "SECRET");
        Files.writeString(outside.resolve("victim"), "VICTIM");
        Files.createSymbolicLink(base.resolve("link"), outside);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        AtomicBoolean stop = new AtomicBoolean();
        Future<Integer> swaps = thread.submit(() -> swap(stop));
        int rounds = 0;
        try {
            for (long end = System.nanoTime() + SECONDS * 1_000_000_000L; System.nanoTime() < end; rounds++) {
                work.run(rounds);
            }
        } finally {
            stop.set(true);
            assertThat(swaps.get()).isGreaterThan(100);
            thread.shutdown();
        }
        return rounds;
    }

    private int swap(AtomicBoolean stop) throws Exception {
        Path sub = root.resolve("sub");
        int swaps = 0;
        for (; !stop.get(); swaps++) {
            Files.move(sub, base.resolve("aside"), StandardCopyOption.ATOMIC_MOVE);
            putAt(base.resolve("link"), sub, swaps);
            Files.move(sub, base.resolve("link"), StandardCopyOption.ATOMIC_MOVE);
            putAt(base.resolve("aside"), sub, swaps);
        }
        return swaps;
    }

    /** Moves to a place where a writer may make a folder at any moment, and take it away: what is there goes aside, too. */
    private void putAt(Path from, Path to, int swap) throws Exception {
        for (int tries = 0; !moved(from, to); tries++) {
            assertThat(tries).isLessThan(100);
            if (Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
                moved(to, base.resolve("gap-" + swap + "-" + tries));
            }
        }
    }

    private static boolean moved(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileSystemException e) {
            return false; // something has come or gone meanwhile: looked at anew, at most 100 times
        }
    }

    @Test
    void neverReadsWhatIsOutside() throws Exception {
        int[] read = new int[1];
        int rounds = whileSwapping(round -> {
            FileStore store = new FilesStore(FilesOptions.of(root, false, false));
            try (FileStore.Reading reading = store.read(new FileKey("sub/same"), 0, null)) {
                assertThat(new String(reading.stream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("inside");
                read[0]++;
            } catch (StoreException e) {
                assertThat(e.kind())
                        .isIn(StoreException.Kind.INVALID, StoreException.Kind.NOT_FOUND, StoreException.Kind.CONFLICT);
            }
        });
        assertThat(read[0]).as("successes in %d rounds", rounds).isPositive();
        assertThat(rounds).isGreaterThan(read[0]);
    }

    @Test
    void neverWritesOrRemovesWhatIsOutside() throws Exception {
        byte[] content = "CONTENT".getBytes(StandardCharsets.UTF_8);
        int[] done = new int[1];
        int rounds = whileSwapping(round -> {
            FileStore store = new FilesStore(FilesOptions.of(root, false, false));
            Content whole =
                    new Content.FileContent(content.length, ByteBuffer.wrap(content), Digest.sha256(content), Map.of());
            FileKey fresh = new FileKey("sub/deep/new-" + round);
            FileKey victim = new FileKey("sub/victim");
            List<Outcome> outcomes = store.apply(List.of(
                    Effect.put(new FileKey("sub/new-" + round), whole, Condition.ABSENT, "swap/1"),
                    Effect.put(fresh, whole, Condition.ABSENT, "swap/2"),
                    Effect.put(victim, whole, Condition.ANY, "swap/3"),
                    Effect.remove(victim, Condition.ANY, "swap/4")));
            done[0] += outcomes.get(0) instanceof Outcome.Done ? 1 : 0;
        });
        assertThat(done[0]).as("successes in %d rounds", rounds).isPositive();
        assertThat(Files.readString(outside.resolve("same"))).isEqualTo("SECRET");
        assertThat(Files.readString(outside.resolve("victim"))).isEqualTo("VICTIM");
        try (Stream<Path> all = Files.walk(outside)) {
            // Java cannot link or make a folder relative to an open folder: an empty one may appear, content may not.
            assertThat(all.filter(Files::isRegularFile)
                            .filter(file -> !List.of("same", "victim").contains(Names.last(file)))
                            .filter(file -> file.toFile().length() > 0))
                    .isEmpty();
        }
        try (Stream<Path> all = Files.walk(base)) {
            assertThat(all.filter(file -> !file.startsWith(outside))
                            .filter(Files::isRegularFile)
                            .filter(file -> Names.last(file).startsWith("new-"))
                            .filter(file -> file.toFile().length() == content.length)
                            .count())
                    .isGreaterThanOrEqualTo(done[0]);
        }
    }
}
