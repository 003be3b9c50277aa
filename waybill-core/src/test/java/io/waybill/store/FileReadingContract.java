package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How a file store is read and looked at. */
public abstract class FileReadingContract extends FileListingContract {
    @Test
    protected void readsAWholeFile() throws Exception {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        done(apply(put(key("a/b"), content, Condition.ABSENT, MARK)));
        assertSame(key("a/b"), content);
    }

    @Test
    protected void readsFromAnOffset() throws Exception {
        write("a", "0123456789");
        try (FileStore.Reading reading = store.read(key("a"), 7, null)) {
            assertThat(reading.stream().readAllBytes()).isEqualTo(bytes("789"));
            reading.confirm();
            assertThat(reading.item().size()).isEqualTo(10);
        }
    }

    @Test
    protected void readsNothingFromTheEnd() throws Exception {
        write("a", "0123456789");
        try (FileStore.Reading reading = store.read(key("a"), 10, null)) {
            assertThat(reading.stream().readAllBytes()).isEmpty();
            reading.confirm();
        }
    }

    @Test
    protected void readsAnEmptyFile() throws Exception {
        write("a", "");
        assertThat(content(key("a"))).isEmpty();
        assertThat(present(key("a")).size()).isZero();
    }

    @Test
    protected void readsTheVersionThatWasListed() throws Exception {
        write("a", "content");
        Version listed = list("").get(0).version();
        try (FileStore.Reading reading = store.read(key("a"), 0, listed)) {
            assertThat(reading.stream().readAllBytes()).isEqualTo(bytes("content"));
            assertThat(reading.item().version()).isEqualTo(listed);
            assertThat(reading.item().key()).isEqualTo(key("a"));
            reading.confirm();
        }
    }

    @Test
    protected void refusesToReadAVersionThatWasReplaced() throws Exception {
        Evidence first = write("a", "first");
        done(apply(put(key("a"), bytes("other"), Condition.ANY, MARK)));
        assertThat(kindOf(() -> store.read(key("a"), 0, first.version()).close()))
                .isEqualTo(StoreException.Kind.CONFLICT);
    }

    @Test
    protected void saysThatAFileToReadIsNotThere() throws Exception {
        write("ab", "x");
        assertThat(kindOf(() -> store.read(key("a"), 0, null).close())).isEqualTo(StoreException.Kind.NOT_FOUND);
        assertThat(kindOf(() -> store.read(key("no/such/folder"), 0, null).close()))
                .isEqualTo(StoreException.Kind.NOT_FOUND);
    }

    @Test
    protected void doesNotConfirmAFileThatWasReplaced() throws Exception {
        write("a", "first");
        try (FileStore.Reading reading = store.read(key("a"), 0, null)) {
            reading.stream().readAllBytes();
            done(apply(put(key("a"), bytes("other"), Condition.ANY, MARK)));
            assertThat(kindOf(reading::confirm)).isEqualTo(StoreException.Kind.CONFLICT);
        }
    }

    @Test
    protected void doesNotConfirmAFileThatIsGone() throws Exception {
        write("a", "first");
        try (FileStore.Reading reading = store.read(key("a"), 0, null)) {
            reading.stream().readAllBytes();
            done(apply(Effect.remove(key("a"), Condition.ANY, MARK)));
            assertThat(kindOf(reading::confirm)).isEqualTo(StoreException.Kind.NOT_FOUND);
        }
    }

    @Test
    protected void findsNothingWhereNothingStands() throws Exception {
        write("a/b", "x");
        assertThat(find(key("a"))).isNull();
        assertThat(find(key("a/b/c"))).isNull();
        assertThat(find(key("missing"))).isNull();
        assertThat(store.find(List.of())).isEmpty();
    }

    @Test
    protected void findsAmongManyKeysThoseThatAreThere() throws Exception {
        List<String> there = new ArrayList<>();
        List<FileKey> asked = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            String path = "find/" + i % 13 + "/" + i;
            asked.add(key(path));
            if (i % 10 == 3) {
                there.add(path);
            }
        }
        writeAll(there);
        Map<ItemKey, Item> found = store.find(asked);
        assertThat(found.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        there.stream().map(FileStoreFixture::key).toList());
        found.forEach((key, item) -> assertThat(item.key()).isEqualTo(key));
    }

    @Test
    protected void findsTheChecksumThatTheContentHas() throws Exception {
        byte[] content = bytes("some content");
        Evidence evidence = done(apply(put(key("a"), content, Condition.ABSENT, MARK)));
        for (Checksum checksum :
                Arrays.asList(evidence.checksum(), present(key("a")).checksum())) {
            if (checksum != null && checksum.algorithm().equals(Checksum.SHA256)) {
                assertThat(checksum.value())
                        .isEqualTo(io.waybill.value.Digest.sha256(content).hex());
            }
        }
    }
}
