package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.waybill.value.Digest;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contract of a file store needs from each store, and the tools its tests share. */
public abstract class FileStoreFixture {
    /** The mark of effects for which another one does not matter. */
    protected static final String MARK = "contract/1";

    private final List<FileStore> opened = new ArrayList<>();

    /** The store under test, fresh and empty. */
    protected FileStore store;

    /** A store over a fresh, empty place; called once for each test. */
    protected abstract FileStore open() throws Exception;

    /** A second instance over the place of the last {@link #open}, as another process would open it. */
    protected abstract FileStore reopen() throws Exception;

    /** Whether the store keeps the effect's mark with the item and {@code find} and {@code read} answer it. */
    protected boolean keepsMarks() {
        return true;
    }

    /** Those of these attributes that the store keeps: the others must be missing from the item, never changed. */
    protected Set<String> keptAttributes() {
        return Set.of("content-type", "content-encoding", "content-language", "cache-control", "mtime", "meta:colour");
    }

    /** Makes a folder without anything in it; answers false if the store knows no such thing. */
    protected boolean makeFolder(String path) throws Exception {
        return false;
    }

    /** The size in bytes of all parts of a test's upload but its last. */
    protected int partBytes() {
        return 5 << 20;
    }

    /** More items than one page of a listing holds. */
    protected int many() {
        return 2_100;
    }

    @BeforeEach
    void openStore() throws Exception {
        store = open();
        opened.add(store);
    }

    @AfterEach
    void closeStores() throws Exception {
        for (FileStore each : opened) {
            each.close();
        }
    }

    /** A second instance that is closed after the test. */
    protected FileStore another() throws Exception {
        FileStore second = reopen();
        opened.add(second);
        return second;
    }

    protected static FileKey key(String path) {
        return new FileKey(path);
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The effect that puts this content. */
    protected static Effect put(FileKey key, byte[] content, Condition condition, String mark) {
        return put(key, content, condition, mark, Map.of());
    }

    /** The effect that puts this content with attributes. */
    protected static Effect put(
            FileKey key, byte[] content, Condition condition, String mark, Map<String, String> attributes) {
        return Effect.put(
                key,
                new Content.FileContent(content.length, ByteBuffer.wrap(content), Digest.sha256(content), attributes),
                condition,
                mark);
    }

    /** Carries out one effect. */
    protected Outcome apply(Effect effect) throws StoreException {
        List<Outcome> outcomes = store.apply(List.of(effect));
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    /** The evidence of an effect that must be done. */
    protected static Evidence done(Outcome outcome) {
        if (outcome instanceof Outcome.Done done) {
            return done.evidence();
        }
        return fail("not done: " + outcome);
    }

    /** What was found by an effect that must be refused. */
    protected static @Nullable Item refused(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return refused.found();
        }
        return fail("not refused: " + outcome);
    }

    /** Writes a file where nothing stands. */
    protected Evidence write(String path, String content) throws StoreException {
        return done(apply(put(key(path), bytes(content), Condition.ABSENT, MARK)));
    }

    /** Writes many one-byte files, several at a time. */
    protected void writeAll(List<String> paths) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<Outcome>>> batches = new ArrayList<>();
            for (int from = 0; from < paths.size(); from += 50) {
                List<Effect> effects = new ArrayList<>();
                for (String path : paths.subList(from, Math.min(paths.size(), from + 50))) {
                    effects.add(put(key(path), new byte[] {'x'}, Condition.ABSENT, MARK));
                }
                batches.add(threads.submit(() -> store.apply(effects)));
            }
            for (Future<List<Outcome>> batch : batches) {
                batch.get().forEach(FileStoreFixture::done);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The item as {@code find} shows it, or null. */
    protected @Nullable FileItem find(FileKey key) throws StoreException {
        Map<ItemKey, Item> found = store.find(List.of(key));
        assertThat(found.keySet()).isSubsetOf(key);
        return (FileItem) found.get(key);
    }

    /** The item as {@code find} shows it; it must be there. */
    protected FileItem present(FileKey key) throws StoreException {
        FileItem item = find(key);
        if (item == null) {
            return fail("not found: " + key.display());
        }
        return item;
    }

    /** The whole content, confirmed. */
    protected byte[] content(FileKey key) throws Exception {
        try (FileStore.Reading reading = store.read(key, 0, null);
                InputStream stream = reading.stream()) {
            byte[] content = stream.readAllBytes();
            reading.confirm();
            return content;
        }
    }

    /** Compares a large content without printing it. */
    protected void assertSame(FileKey key, byte[] expected) throws Exception {
        byte[] actual = content(key);
        assertThat(actual.length).isEqualTo(expected.length);
        assertThat(Arrays.mismatch(actual, expected))
                .as("first byte that differs")
                .isEqualTo(-1);
    }

    protected String text(String path) throws Exception {
        return new String(content(key(path)), StandardCharsets.UTF_8);
    }

    /** A whole listing. */
    protected List<FileItem> list(String collection) throws Exception {
        return list(store, Selection.all(collection), null);
    }

    /** A listing from a position on, over all splits; with a position there must be one split. */
    protected static List<FileItem> list(FileStore store, Selection selection, Source.@Nullable Position after)
            throws Exception {
        List<FileItem> items = new ArrayList<>();
        for (Source.Page page : pages(store, selection, after)) {
            page.items().forEach(item -> items.add((FileItem) item));
        }
        return items;
    }

    /** The pages of a listing, one after the other. */
    protected static List<Source.Page> pages(FileStore store, Selection selection, Source.@Nullable Position after)
            throws Exception {
        List<Source.Page> pages = new ArrayList<>();
        try (Source.Opened opened = store.open(selection)) {
            List<Source.Split> splits = opened.splits(1);
            if (after != null) {
                assertThat(splits).hasSize(1);
            }
            for (Source.Split split : splits) {
                try (Source.Items items = opened.read(split, after)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        pages.add(page);
                    }
                }
            }
        }
        return pages;
    }

    protected static List<String> paths(List<FileItem> items) {
        return items.stream().map(item -> item.key().path()).toList();
    }

    /** The kind of the exception that the call must throw. */
    protected static StoreException.Kind kindOf(StoreCall call) {
        try {
            call.run();
        } catch (StoreException e) {
            assertThat(e.getMessage()).doesNotContain("\n").startsWith("Cannot ");
            return e.kind();
        } catch (Exception e) {
            return fail("not a StoreException", e);
        }
        return fail("nothing was thrown");
    }

    /** A call that throws. */
    @FunctionalInterface
    protected interface StoreCall {
        void run() throws Exception;
    }
}
