package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How a file store takes an upload in parts. */
public abstract class FileUploadContract extends FileWritingContract {
    private static final FileKey KEY = new FileKey("big/file.bin");

    @Test
    protected void putsPartsTogether() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        List<FileStore.Part> parts = sendAll(store, effect, token, content);
        Evidence evidence = done(store.complete(effect, token, parts));
        assertSame(KEY, content);
        FileItem item = present(KEY);
        assertThat(item.version()).isEqualTo(evidence.version());
        assertThat(item.size()).isEqualTo(content.length);
        assertThat(item.mark()).isEqualTo(keepsMarks() ? MARK : null);
        Checksum checksum = evidence.checksum();
        if (checksum != null && checksum.algorithm().equals(Checksum.SHA256)) {
            assertThat(checksum.value()).isEqualTo(Digest.sha256(content).hex());
        }
        if (checksum != null && checksum.algorithm().equals(Checksum.SHA256_COMPOSITE)) {
            assertThat(checksum).isEqualTo(store.composite(parts));
        }
    }

    @Test
    protected void showsNothingBeforeAnUploadIsComplete() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        sendAll(store, effect, token, content);
        assertThat(find(KEY)).isNull();
        store.abort(KEY, token);
        assertThat(find(KEY)).isNull();
    }

    @Test
    protected void takesAPartAgain() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        byte[] wrong = content.clone();
        Arrays.fill(wrong, 0, partBytes(), (byte) 'w');
        send(store, effect, token, wrong, 1);
        List<FileStore.Part> parts = sendAll(store, effect, token, content);
        done(store.complete(effect, token, parts));
        assertSame(KEY, content);
    }

    @Test
    protected void takesPartsInAnyOrder() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        FileStore.Part third = send(store, effect, token, content, 3);
        FileStore.Part first = send(store, effect, token, content, 1);
        FileStore.Part second = send(store, effect, token, content, 2);
        done(store.complete(effect, token, List.of(first, second, third)));
        assertSame(KEY, content);
    }

    @Test
    protected void saysWhichPartsItHas() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        assertThat(store.parts(KEY, token)).isEmpty();
        FileStore.Part third = send(store, effect, token, content, 3);
        FileStore.Part first = send(store, effect, token, content, 1);
        assertThat(store.parts(KEY, token))
                .containsExactly(
                        new FileStore.StoredPart(1, first.size(), first.tag()),
                        new FileStore.StoredPart(3, third.size(), third.tag()));
        store.abort(KEY, token);
    }

    @Test
    protected void goesOnWithAnUploadInAnotherInstance() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        FileStore.Part first = send(store, effect, token, content, 1);
        FileStore second = another();
        assertThat(second.uploads(KEY)).containsExactly(token);
        List<FileStore.StoredPart> stored = Objects.requireNonNull(second.parts(KEY, token));
        assertThat(stored).extracting(FileStore.StoredPart::number).containsExactly(1);
        List<FileStore.Part> parts = new ArrayList<>(List.of(first));
        parts.add(send(second, effect, token, content, 2));
        parts.add(send(second, effect, token, content, 3));
        done(second.complete(effect, token, parts));
        assertSame(KEY, content);
    }

    @Test
    protected void listsTheUploadsOfOneKeyOnly() throws Exception {
        assertThat(store.uploads(KEY)).isEmpty();
        String one = store.begin(upload(KEY, bigContent(), Condition.ABSENT, "first/1"));
        String two = store.begin(upload(KEY, bigContent(), Condition.ABSENT, "second/2"));
        String other = store.begin(upload(key("big/file.bin2"), bigContent(), Condition.ABSENT, "first/1"));
        assertThat(store.uploads(KEY)).containsExactlyInAnyOrder(one, two);
        store.abort(KEY, one);
        assertThat(store.uploads(KEY)).containsExactly(two);
        store.abort(KEY, two);
        store.abort(key("big/file.bin2"), other);
        assertThat(store.uploads(KEY)).isEmpty();
    }

    @Test
    protected void knowsNothingOfAnAbortedUpload() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        send(store, effect, token, content, 1);
        store.abort(KEY, token);
        assertThat(store.parts(KEY, token)).isNull();
        store.abort(KEY, token);
        assertThat(store.uploads(KEY)).isEmpty();
    }

    @Test
    protected void knowsNothingOfACompletedUpload() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        done(store.complete(effect, token, sendAll(store, effect, token, content)));
        assertThat(store.parts(KEY, token)).isNull();
        assertThat(store.uploads(KEY)).isEmpty();
        store.abort(KEY, token);
        assertSame(KEY, content);
    }

    @Test
    protected void refusesToCompleteWhereSomethingStands() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        List<FileStore.Part> parts = sendAll(store, effect, token, content);
        write(KEY.path(), "was faster");
        refused(store.complete(effect, token, parts));
        assertThat(text(KEY.path())).isEqualTo("was faster");
        store.abort(KEY, token);
        assertThat(store.uploads(KEY)).isEmpty();
        assertThat(text(KEY.path())).isEqualTo("was faster");
    }

    @Test
    protected void completesOverTheVersionThatWasSeen() throws Exception {
        Evidence first = write(KEY.path(), "first");
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.Unchanged.version(first.version()), MARK);
        String token = store.begin(effect);
        done(store.complete(effect, token, sendAll(store, effect, token, content)));
        assertSame(KEY, content);
    }

    @Test
    protected void refusesToCompleteOverAnotherVersion() throws Exception {
        Evidence first = write(KEY.path(), "first");
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.Unchanged.version(first.version()), MARK);
        String token = store.begin(effect);
        List<FileStore.Part> parts = sendAll(store, effect, token, content);
        done(apply(put(KEY, bytes("other"), Condition.ANY, MARK)));
        refused(store.complete(effect, token, parts));
        assertThat(text(KEY.path())).isEqualTo("other");
        store.abort(KEY, token);
    }

    @Test
    protected void keepsAttributesOfAnUpload() throws Exception {
        byte[] content = bigContent();
        Content.FileContent known = new Content.FileContent(
                content.length,
                null,
                Digest.sha256(content),
                Map.of("mtime", "1577836800.5", "content-type", "text/css"));
        Effect effect = Effect.put(KEY, known, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        done(store.complete(effect, token, sendAll(store, effect, token, content)));
        Map<String, String> kept = new java.util.HashMap<>(known.attributes());
        kept.keySet().retainAll(keptAttributes());
        assertThat(present(KEY).attributes()).isEqualTo(kept);
    }

    @Test
    protected void refusesAPartThatDoesNotMatchItsDigest() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        ByteBuffer bytes = ByteBuffer.wrap(content, 0, partBytes());
        assertThat(kindOf(() -> store.part(effect, token, 1, 0, bytes, Digest.sha256(bytes("wrong")))))
                .isEqualTo(StoreException.Kind.CORRUPT);
        assertThat(store.parts(KEY, token)).isEmpty();
        store.abort(KEY, token);
    }

    @Test
    protected void saysOfAPartForAnUnknownUploadThatItIsNotFound() throws Exception {
        byte[] content = bigContent();
        Effect effect = upload(KEY, content, Condition.ABSENT, MARK);
        String token = store.begin(effect);
        store.abort(KEY, token);
        assertThat(kindOf(() -> send(store, effect, token, content, 1))).isEqualTo(StoreException.Kind.NOT_FOUND);
        assertThat(find(KEY)).isNull();
    }

    @Test
    protected void cutsFilesOfAnySizeIntoPartsThatItCanTake() {
        assertThat(store.partSize(0)).isZero();
        assertThat(store.partSize(1)).isZero();
        for (long size : new long[] {100L << 20, 5L << 30, 150L << 30, 1L << 40, 4L << 40}) {
            long part = store.partSize(size);
            if (part != 0) {
                assertThat((size + part - 1) / part).isBetween(1L, 10_000L);
                assertThat(part).isGreaterThanOrEqualTo(5L << 20);
            }
        }
    }

    /** Content of three parts, the last one short. */
    private byte[] bigContent() {
        byte[] content = new byte[2 * partBytes() + Math.min(1_234, partBytes())];
        new Random(7).nextBytes(content);
        return content;
    }

    private static Effect upload(FileKey key, byte[] content, Condition condition, String mark) {
        Content.FileContent known = new Content.FileContent(content.length, null, Digest.sha256(content), Map.of());
        return Effect.put(key, known, condition, mark);
    }

    private List<FileStore.Part> sendAll(FileStore to, Effect effect, String token, byte[] content)
            throws StoreException {
        List<FileStore.Part> parts = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            parts.add(send(to, effect, token, content, number));
        }
        return parts;
    }

    private FileStore.Part send(FileStore to, Effect effect, String token, byte[] content, int number)
            throws StoreException {
        int from = (number - 1) * partBytes();
        byte[] bytes = Arrays.copyOfRange(content, from, Math.min(content.length, from + partBytes()));
        FileStore.Part part = to.part(effect, token, number, from, ByteBuffer.wrap(bytes), Digest.sha256(bytes));
        assertThat(part.number()).isEqualTo(number);
        assertThat(part.size()).isEqualTo(bytes.length);
        assertThat(part.sha256()).isEqualTo(Digest.sha256(bytes));
        return part;
    }
}
