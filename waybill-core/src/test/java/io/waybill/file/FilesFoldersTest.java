package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders come and go with files. */
class FilesFoldersTest {
    @TempDir
    Path folder = Path.of("unset");

    private FileStore store(Path root) {
        return new FilesStore(FilesOptions.of(root, false, false));
    }

    private static Outcome put(FileStore store, String path, String mark) throws Exception {
        Content content =
                new Content.FileContent(1, ByteBuffer.wrap(new byte[1]), Digest.sha256(new byte[1]), Map.of());
        return store.apply(List.of(Effect.put(new FileKey(path), content, Condition.ABSENT, mark)))
                .get(0);
    }

    private static Outcome remove(FileStore store, String path, String mark) throws Exception {
        return store.apply(List.of(Effect.remove(new FileKey(path), Condition.ANY, mark)))
                .get(0);
    }

    @Test
    void removesTheFoldersItMadeWithTheirLastFile() throws Exception {
        FileStore store = store(folder);
        Files.createDirectories(folder.resolve("theirs"));
        put(store, "theirs/a/b/one", "s1/1");
        put(store, "theirs/a/two", "s1/2");
        remove(store, "theirs/a/b/one", "s1/1");
        assertThat(folder.resolve("theirs/a/b")).doesNotExist();
        assertThat(folder.resolve("theirs/a/two")).exists();
        remove(store, "theirs/a/two", "s1/2");
        assertThat(folder.resolve("theirs")).isEmptyDirectory();
    }

    @Test
    void removesTheRootAndTheFoldersAboveItThatItMade() throws Exception {
        Path root = folder.resolve("x/y/root");
        put(store(root), "one", "s1/1");
        assertThat(root.resolve("one")).exists();
        remove(store(root), "one", "s1/1");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesFoldersThatAnotherSeriesMade() throws Exception {
        FileStore store = store(folder);
        put(store, "a/one", "s1/1");
        put(store, "a/two", "s2/1");
        remove(store, "a/one", "s1/1");
        remove(store, "a/two", "s2/1");
        assertThat(folder.resolve("a")).isEmptyDirectory();
    }

    @Test
    void leavesFoldersInWhichSomethingStands() throws Exception {
        FileStore store = store(folder);
        put(store, "a/b/one", "s1/1");
        Files.createFile(folder.resolve("a/theirs"));
        remove(store, "a/b/one", "s1/1");
        assertThat(folder.resolve("a/theirs")).exists();
        assertThat(folder.resolve("a/b")).doesNotExist();
    }

    @Test
    void removesTheFoldersOfAnUploadThatIsGivenUp() throws Exception {
        FileStore store = store(folder);
        Effect effect = Effect.put(
                new FileKey("a/b/c"), new Content.FileContent(9, null, null, Map.of()), Condition.ABSENT, "s1/1");
        store.abort(new FileKey("a/b/c"), store.begin(effect));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void writesAndRemovesInOneFolderFromManyThreads() throws Exception {
        FileStore store = store(folder);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> done = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                String name = "a/b/" + thread;
                done.add(threads.submit(() -> {
                    int count = 0;
                    for (int i = 0; i < 200; i++) {
                        assertThat(put(store, name, "s1/1")).isInstanceOf(Outcome.Done.class);
                        assertThat(remove(store, name, "s1/1")).isInstanceOf(Outcome.Done.class);
                        count++;
                    }
                    return count;
                }));
            }
            for (Future<Integer> each : done) {
                assertThat(each.get()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesLinksAndFoldersAlone() throws Exception {
        FileStore store = store(folder);
        Files.createDirectories(folder.resolve("dir"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("dir"));
        assertThat(put(store, "dir", "s1/1")).isInstanceOf(Outcome.Refused.class);
        assertThat(put(store, "link", "s1/1")).isInstanceOf(Outcome.Refused.class);
        assertThat(remove(store, "dir", "s1/1")).isInstanceOf(Outcome.Done.class);
        assertThat(remove(store, "link", "s1/1")).isInstanceOf(Outcome.Failed.class);
        assertThat(folder.resolve("dir")).isDirectory();
        assertThat(folder.resolve("link")).isSymbolicLink();
    }

    @Test
    void removesByDigestWhenOnlyTheInodeChanged() throws Exception {
        FileStore store = store(folder);
        Outcome.Done done = (Outcome.Done) put(store, "a", "s1/1");
        Files.createLink(folder.resolve("b"), folder.resolve("a"));
        Condition version = Condition.Unchanged.version(done.evidence().version());
        Condition both =
                new Condition.Unchanged(done.evidence().version(), Digest.sha256(new byte[1]), null, List.of());
        FileKey key = new FileKey("a");
        assertThat(store.apply(List.of(Effect.remove(key, version, "s1/1"))).get(0))
                .isInstanceOf(Outcome.Refused.class);
        assertThat(store.apply(List.of(Effect.remove(key, both, "s1/1"))).get(0))
                .isInstanceOf(Outcome.Done.class);
    }
}
