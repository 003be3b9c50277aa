package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.store.Checksum;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sends the bytes of an open file to a target: in one piece, or in parts that the ledger remembers. One pass over the bytes;
 * each buffer is hashed once and sent, and sent again from itself when a part has to be repeated. Safe for use by many
 * threads.
 */
final class Sender {
    private final Buffers buffers;
    private final Retry retry;
    private final Pace bytes;
    private final Pace requests;
    private final Executor partWorkers;
    private final Stop stop;

    Sender(Buffers buffers, Retry retry, Pace bytes, Pace requests, Executor partWorkers, Stop stop) {
        this.buffers = buffers;
        this.retry = retry;
        this.bytes = bytes;
        this.requests = requests;
        this.partWorkers = partWorkers;
        this.stop = stop;
    }

    /**
     * What was sent.
     *
     * @param composite the checksum that the store should compose of the parts, or null
     */
    record Sent(
            Outcome outcome,
            FileItem item,
            Digest sha256,
            @Nullable Checksum composite) {}

    /**
     * Sends an open file.
     *
     * @param book the account of parts
     * @param seen counts the bytes as they go
     */
    Sent send(
            FileStore source,
            FileStore.Reading reading,
            FileStore target,
            FileKey key,
            Condition condition,
            String mark,
            PartBook book,
            LongAdder seen)
            throws StoreException, LedgerException, InterruptedException {
        long partSize = target.partSize(reading.item().size());
        if (partSize == 0) {
            return whole(source, reading, target, key, condition, mark, seen);
        }
        return parts(source, reading, target, key, condition, mark, book, partSize, seen);
    }

    private Sent whole(
            FileStore source,
            FileStore.Reading reading,
            FileStore target,
            FileKey key,
            Condition condition,
            String mark,
            LongAdder seen)
            throws StoreException, InterruptedException {
        FileItem item = reading.item();
        int size = (int) item.size();
        ByteBuffer buffer = buffers.take(size);
        try {
            Contents.fill(reading.stream(), buffer, source, item.key());
            reading.confirm();
            buffer.flip();
            MessageDigest hash = Digest.newSha256();
            hash.update(buffer.duplicate());
            Digest sha256 = Digest.of(hash.digest());
            bytes.take(size);
            requests.take(1);
            Effect effect =
                    Effect.put(key, new Content.FileContent(size, buffer, sha256, item.attributes()), condition, mark);
            Failpoint.reach("before-write");
            Outcome outcome = target.apply(List.of(effect)).get(0);
            Failpoint.reach("after-write-before-evidence");
            seen.add(size);
            return new Sent(outcome, item, sha256, null);
        } finally {
            buffers.give(buffer);
        }
    }

    private Sent parts(
            FileStore source,
            FileStore.Reading reading,
            FileStore target,
            FileKey key,
            Condition condition,
            String mark,
            PartBook book,
            long wantedPartSize,
            LongAdder seen)
            throws StoreException, LedgerException, InterruptedException {
        FileItem item = reading.item();
        Effect opening =
                Effect.put(key, new Content.FileContent(item.size(), null, null, item.attributes()), condition, mark);
        Map<Integer, FileStore.Part> done = reopen(target, key, book);
        if (book.token() == null) {
            List<String> others = retry.call(() -> target.uploads(key));
            book.opening(others, wantedPartSize);
            Failpoint.reach("before-upload-begins");
            int[] calls = {0};
            String token = retry.call(() -> {
                calls[0]++;
                return target.begin(opening);
            });
            if (calls[0] > 1) {
                // an earlier call may have been carried out and its answer lost
                for (String upload : retry.call(() -> target.uploads(key))) {
                    if (!upload.equals(token) && !others.contains(upload)) {
                        retry.call(() -> {
                            target.abort(key, upload);
                            return true;
                        });
                    }
                }
            }
            Failpoint.reach("after-upload-began");
            book.opened(token);
        }
        String token = java.util.Objects.requireNonNull(book.token());
        int partSize = Math.toIntExact(book.partSize());
        MessageDigest whole = Digest.newSha256();
        Map<Integer, CompletableFuture<FileStore.Part>> sending = new TreeMap<>();
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        boolean allSent = false;
        try {
            InputStream in = reading.stream();
            long offset = 0;
            int number = 1;
            while (offset < item.size()) {
                if (stop.isRequested()) {
                    throw new StoppedException();
                }
                failedSoFar(failed);
                int size = (int) Math.min(partSize, item.size() - offset);
                ByteBuffer buffer = buffers.take(size);
                boolean handedOver = false;
                try {
                    Contents.fill(in, buffer, source, item.key());
                    buffer.flip();
                    whole.update(buffer.duplicate());
                    FileStore.Part before = done.get(number);
                    if (before != null
                            && before.size() == size
                            && before.sha256().equals(sha256(buffer))) {
                        sending.put(number, CompletableFuture.completedFuture(before));
                        seen.add(size);
                    } else {
                        CompletableFuture<FileStore.Part> part =
                                sendPart(target, opening, token, number, offset, buffer, book, seen);
                        handedOver = true;
                        sending.put(number, part.whenComplete((sent, trouble) -> {
                            if (trouble != null) {
                                failed.compareAndSet(null, trouble);
                            }
                        }));
                    }
                } finally {
                    if (!handedOver) {
                        buffers.give(buffer);
                    }
                }
                offset += size;
                number++;
            }
            reading.confirm();
            allSent = true;
        } finally {
            if (!allSent) {
                sending.values()
                        .forEach(part -> part.handle((sent, trouble) -> sent).join());
                book.sync();
            }
        }
        List<FileStore.Part> parts = new ArrayList<>();
        for (CompletableFuture<FileStore.Part> part : sending.values()) {
            parts.add(await(part));
        }
        book.sync();
        Digest sha256 = Digest.of(whole.digest());
        Effect completion =
                Effect.put(key, new Content.FileContent(item.size(), null, sha256, item.attributes()), condition, mark);
        requests.take(1);
        Failpoint.reach("before-upload-completes");
        Outcome outcome = target.complete(completion, token, parts);
        Failpoint.reach("after-write-before-evidence");
        if (outcome instanceof Outcome.Done) {
            book.completed();
        } else if (outcome instanceof Outcome.Refused) {
            retry.call(() -> {
                target.abort(key, token);
                return true;
            });
            book.forget();
        }
        return new Sent(outcome, item, sha256, target.composite(parts));
    }

    /** The parts that need not be sent again: known to the ledger and still held by the store. */
    private Map<Integer, FileStore.Part> reopen(FileStore target, FileKey key, PartBook book)
            throws StoreException, LedgerException {
        Map<Integer, FileStore.Part> done = new HashMap<>();
        List<String> others = book.othersBefore();
        if (others != null) {
            Set<String> known = new HashSet<>(others);
            for (String upload : retry.call(() -> target.uploads(key))) {
                if (known.add(upload)) {
                    retry.call(() -> {
                        target.abort(key, upload);
                        return true;
                    });
                }
            }
            book.forget();
        }
        String token = book.token();
        if (token == null) {
            return done;
        }
        List<FileStore.StoredPart> stored = retry.call(() -> target.parts(key, token));
        if (stored == null) {
            book.forget();
            return done;
        }
        Map<Integer, FileStore.StoredPart> held = new HashMap<>();
        stored.forEach(part -> held.put(part.number(), part));
        for (FileStore.Part part : book.parts()) {
            FileStore.StoredPart there = held.get(part.number());
            if (there != null && there.size() == part.size() && there.tag().equals(part.tag())) {
                done.put(part.number(), part);
            }
        }
        return done;
    }

    private CompletableFuture<FileStore.Part> sendPart(
            FileStore target,
            Effect effect,
            String token,
            int number,
            long offset,
            ByteBuffer buffer,
            PartBook book,
            LongAdder seen) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        Digest sha256 = sha256(buffer);
                        int size = buffer.remaining();
                        FileStore.Part part = sendAgain(target, effect, token, number, offset, buffer, sha256);
                        Failpoint.reach("after-part-before-evidence");
                        book.sent(part);
                        seen.add(size);
                        return part;
                    } catch (StoreException e) {
                        throw new CompletionException(e);
                    } finally {
                        buffers.give(buffer);
                    }
                },
                partWorkers);
    }

    /** A part may be sent again without looking: the same number with the same bytes replaces itself. */
    private FileStore.Part sendAgain(
            FileStore target, Effect effect, String token, int number, long offset, ByteBuffer buffer, Digest sha256)
            throws StoreException {
        for (int attempt = 1; ; attempt++) {
            try {
                bytes.take(buffer.remaining());
                requests.take(1);
                return target.part(effect, token, number, offset, buffer.duplicate(), sha256);
            } catch (StoreException e) {
                boolean again = e.isTransient()
                        || e.kind() == StoreException.Kind.UNKNOWN_OUTCOME
                        || e.kind() == StoreException.Kind.CORRUPT;
                if (!again || attempt > retry.retries() || stop.isRequested()) {
                    throw e;
                }
                retry.pause(attempt, e);
            }
        }
    }

    private static Digest sha256(ByteBuffer buffer) {
        MessageDigest hash = Digest.newSha256();
        hash.update(buffer.duplicate());
        return Digest.of(hash.digest());
    }

    private static void failedSoFar(AtomicReference<@Nullable Throwable> failed) throws StoreException {
        Throwable trouble = failed.get();
        if (trouble != null) {
            await(CompletableFuture.failedFuture(trouble));
        }
    }

    private static FileStore.Part await(CompletableFuture<FileStore.Part> part) throws StoreException {
        try {
            return part.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException known) {
                throw known;
            }
            throw e;
        }
    }
}
