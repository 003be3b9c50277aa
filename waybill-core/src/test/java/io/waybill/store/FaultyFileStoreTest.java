package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.value.Digest;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FaultyFileStoreTest {
    private final MemoryFileStore memory = new MemoryFileStore(new MemoryFileStore.Disk("test"));

    /** Without a fault it is the store it wraps. */
    @Nested
    class WithoutFaults extends FileStoreContract {
        private MemoryFileStore.Disk disk = new MemoryFileStore.Disk("none");

        @Override
        protected FileStore open() {
            disk = new MemoryFileStore.Disk("test");
            return FaultyFileStore.around(new MemoryFileStore.Copying(disk));
        }

        @Override
        protected FileStore reopen() {
            return FaultyFileStore.around(new MemoryFileStore(disk));
        }

        @Override
        protected int holdableNames() {
            return NameCorpus.all().size() - 1;
        }

        @Override
        protected int partBytes() {
            return 1 << 10;
        }
    }

    @Test
    void doesNothingOnAnError() {
        FaultyFileStore store = FaultyFileStore.around(memory).failing(1, FaultyFileStore.Fault.ERROR);
        assertThatThrownBy(() -> store.apply(List.of(put("a", "x"))))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE));
        assertThat(memory.peek("a")).isNull();
    }

    @Test
    void doesItAndLosesTheAnswer() throws Exception {
        FaultyFileStore store = FaultyFileStore.around(memory).failing(1, FaultyFileStore.Fault.LOST);
        assertThat(store.apply(List.of(put("a", "x"), put("b", "y"))))
                .hasSize(2)
                .allMatch(Outcome.Unknown.class::isInstance);
        assertThat(memory.peek("b")).isEqualTo("y");
    }

    @Test
    void timesOutWithoutDoingIt() throws Exception {
        FaultyFileStore store = FaultyFileStore.around(memory).failing(1, FaultyFileStore.Fault.TIMEOUT);
        assertThat(store.apply(List.of(put("a", "x")))).allMatch(Outcome.Unknown.class::isInstance);
        assertThat(memory.peek("a")).isNull();
    }

    @Test
    void staysDeadAfterACrash() {
        FaultyFileStore store = FaultyFileStore.around(memory).failing(1, FaultyFileStore.Fault.CRASH_AFTER);
        assertThatThrownBy(() -> store.apply(List.of(put("a", "x")))).isInstanceOf(SimulatedCrash.class);
        assertThatThrownBy(() -> store.uploads(new FileKey("a"))).isInstanceOf(SimulatedCrash.class);
        assertThat(memory.peek("a")).isEqualTo("x");
    }

    @Test
    void cutsAStreamInTheMiddle() throws Exception {
        memory.apply(List.of(put("a", "0123456789")));
        FaultyFileStore store = FaultyFileStore.around(memory).failing(2, FaultyFileStore.Fault.LOST);
        try (FileStore.Reading reading = store.read(new FileKey("a"), 0, null)) {
            InputStream stream = reading.stream();
            assertThat(stream.readNBytes(5)).isEqualTo(FileStoreFixture.bytes("01234"));
            assertThatThrownBy(stream::read).isInstanceOf(StoreException.class);
        }
    }

    @Test
    void countsChangesApartFromLooks() throws Exception {
        FaultyFileStore store = FaultyFileStore.around(memory);
        store.apply(List.of(put("a", "x")));
        store.find(List.of(new FileKey("a")));
        store.abort(new FileKey("a"), "none");
        assertThat(store.calls()).isEqualTo(3);
        assertThat(store.changes()).isEqualTo(2);
        assertThat(store.log()).containsExactly("apply", "find", "abort");
    }

    private static Effect put(String path, String content) {
        byte[] bytes = FileStoreFixture.bytes(content);
        return Effect.put(
                new FileKey(path),
                new Content.FileContent(bytes.length, ByteBuffer.wrap(bytes), Digest.sha256(bytes), Map.of()),
                Condition.ABSENT,
                "test/1");
    }
}
