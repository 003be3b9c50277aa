package io.waybill.table;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes whole files, large ones in parts. Safe for many threads. */
final class FileWriter {
    /** Folders that are made under it go with the last file that is removed under it. */
    private static final String MARK = "tables/part";

    private final FileStore files;

    FileWriter(FileStore files) {
        this.files = files;
    }

    /** Something that writes the same bytes each time. */
    interface Body {
        void write(Sink sink) throws StoreException;
    }

    /** Takes bytes. */
    interface Sink {
        void take(byte[] bytes, int start, int end) throws StoreException;
    }

    Outcome write(FileKey key, Condition condition, byte[] bytes) throws StoreException {
        return write(key, condition, bytes.length, Digest.sha256(bytes), sink -> sink.take(bytes, 0, bytes.length));
    }

    /** Writes a file whose size and digest are known. */
    Outcome write(FileKey key, Condition condition, long size, Digest sha256, Body body) throws StoreException {
        long partSize = files.partSize(size);
        if (partSize == 0) {
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            body.write((from, start, end) -> bytes.put(from, start, end - start));
            Content content = new Content.FileContent(size, bytes.flip(), sha256, Map.of());
            return files.apply(List.of(Effect.put(key, content, condition, MARK)))
                    .get(0);
        }
        Effect effect = Effect.put(key, new Content.FileContent(size, null, sha256, Map.of()), condition, MARK);
        String token = files.begin(effect);
        try {
            Uploading uploading = new Uploading(effect, token, partSize);
            body.write(uploading);
            uploading.send();
            return files.complete(effect, token, uploading.parts);
        } catch (StoreException e) {
            try {
                files.abort(key, token);
            } catch (StoreException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private final class Uploading implements Sink {
        private final Effect effect;
        private final String token;
        private final ByteBuffer buffer;
        private final List<FileStore.Part> parts = new ArrayList<>();
        private long sent;

        Uploading(Effect effect, String token, long partSize) {
            this.effect = effect;
            this.token = token;
            this.buffer = ByteBuffer.allocate(Math.toIntExact(partSize));
        }

        @Override
        public void take(byte[] bytes, int start, int end) throws StoreException {
            int at = start;
            while (at < end) {
                int count = Math.min(buffer.remaining(), end - at);
                buffer.put(bytes, at, count);
                at += count;
                if (!buffer.hasRemaining()) {
                    send();
                }
            }
        }

        void send() throws StoreException {
            buffer.flip();
            if (buffer.hasRemaining()) {
                MessageDigest sha256 = Digest.newSha256();
                sha256.update(buffer.duplicate());
                int size = buffer.remaining();
                parts.add(files.part(
                        effect, token, parts.size() + 1, sent, buffer.duplicate(), Digest.of(sha256.digest())));
                sent += size;
            }
            buffer.clear();
        }
    }

    /** Removes a file, whatever it is; one that is not there is no error. */
    void remove(FileKey key) throws StoreException {
        Outcome outcome =
                files.apply(List.of(Effect.remove(key, Condition.ANY, MARK))).get(0);
        if (outcome instanceof Outcome.Failed failed) {
            throw failed.cause();
        } else if (outcome instanceof Outcome.Unknown unknown) {
            throw unknown.cause();
        }
    }

    /** Gives up what an earlier attempt to write the file left open. */
    void abandon(FileKey key) throws StoreException {
        for (String token : files.uploads(key)) {
            files.abort(key, token);
        }
    }
}
