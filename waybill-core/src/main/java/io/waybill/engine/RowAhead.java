package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.store.Source;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the page after one that goes as it is, and commits its intent, while that one, and one before it, are written. Not safe
 * for use by several threads.
 */
final class RowAhead implements Closeable {
    /** How many pages are still being written when another is: so the target has work while it answers. */
    private static final int BESIDES = 1;

    private final Reader reader;
    private final Executor executor;
    private final Deque<CompletableFuture<Void>> writing = new ArrayDeque<>();
    private @Nullable CompletableFuture<Read> coming;

    /** Reads a page; by one thread at a time. */
    interface Reader {
        Read read() throws IOException;
    }

    /**
     * A page that was read.
     *
     * @param page null at the end
     * @param relayed its parts if it goes as it is, else empty; {@code entries} are what the ledger has of each
     */
    record Read(Source.@Nullable Page page, List<RowPart> relayed, List<Entry> entries) {}

    RowAhead(Reader reader, Executor executor) {
        this.reader = reader;
        this.executor = executor;
    }

    /** What was intended already, so that it is not left open when nothing more is to be read; or null. */
    @Nullable
    Read last() throws IOException {
        CompletableFuture<Read> known = coming;
        coming = null;
        Read read = known == null ? null : await(known);
        return read == null || read.relayed().isEmpty() ? null : read;
    }

    Read next() throws IOException {
        CompletableFuture<Read> known = coming;
        coming = null;
        Read read = known == null ? reader.read() : await(known);
        if (!read.relayed().isEmpty()) {
            coming = CompletableFuture.supplyAsync(this::read, executor);
        }
        return read;
    }

    /** Writes a page that was read, and is given the writing of the one before; what goes wrong is told elsewhere. */
    void write(Consumer<CompletableFuture<Void>> page) {
        CompletableFuture<Void> before = writing.peekLast();
        CompletableFuture<Void> last = before == null ? CompletableFuture.completedFuture(null) : before;
        writing.add(CompletableFuture.runAsync(() -> page.accept(last), executor));
        if (writing.size() > BESIDES) {
            writing.remove().join();
        }
    }

    private Read read() {
        try {
            return reader.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Read await(CompletableFuture<Read> read) throws IOException {
        try {
            return read.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException known) {
                throw known.getCause();
            } else if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw e;
        }
    }

    /** Waits until nobody reads or writes any more. What is wrong with a page that nobody asks for is nobody's trouble. */
    @Override
    public void close() {
        CompletableFuture<Read> known = coming;
        if (known != null) {
            known.handle((read, failure) -> true).join();
        }
        writing.forEach(CompletableFuture::join);
    }
}
