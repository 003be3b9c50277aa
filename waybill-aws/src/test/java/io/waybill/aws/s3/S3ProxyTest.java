package io.waybill.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.S3ProxyServer;
import io.waybill.aws.testing.S3Server;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Against s3proxy, which checks signatures and keeps objects as files. */
class S3ProxyTest extends S3StoreContract {
    @Override
    protected S3Server server() {
        return S3ProxyServer.shared();
    }

    /** A page and a little more; this server takes its time. */
    @Override
    protected int many() {
        return 1_050;
    }

    @Override
    protected boolean honest() {
        return true;
    }

    /** To s3proxy keys are paths of files: what is no plain path, or too long for a temporary file's name, is lost. */
    @Override
    protected Set<String> lostNames() {
        return Set.of(
                "dot part",
                "dot-dot part",
                "empty part",
                "leading dot-dot",
                "leading slash",
                "only dot",
                "only dot-dot",
                "part of 255 bytes",
                "part of 255 bytes in two-byte characters",
                "part of 256 bytes",
                "trailing slash",
                "two empty parts");
    }

    /** s3proxy lists in the order of UTF-16, which differs for characters beyond U+FFFF. */
    @Test
    @Override
    protected void listsInTheByteOrderOfKeys() throws Exception {
        writeAll(List.of("\uff5e", "\ud83d\ude80", "a/z", "a.txt"));
        assertThat(paths(list(""))).containsExactly("a.txt", "a/z", "\ud83d\ude80", "\uff5e");
    }

    /** s3proxy answers media types in its own spelling. */
    @Test
    @Override
    protected void keepsAttributes() throws Exception {
        Map<String, String> attributes =
                Map.of("content-type", "text/plain; charset=utf-8", "mtime", "1577836800.123456789", "meta:a", "b c");
        done(apply(put(key("a"), bytes("x"), Condition.ABSENT, MARK, attributes)));
        assertThat(present(key("a")).attributes())
                .isEqualTo(Map.of(
                        "content-type", "text/plain;charset=utf-8", "mtime", "1577836800.123456789", "meta:a", "b c"));
    }

    /** To s3proxy an object is a file; asking for something below it is an error of the server, on newer Java nothing. */
    @Test
    @Override
    protected void findsNothingWhereNothingStands() throws Exception {
        write("a/b", "x");
        assertThat(find(key("a"))).isNull();
        assertThat(find(key("missing"))).isNull();
        try {
            assertThat(find(key("a/b/c"))).isNull();
        } catch (StoreException e) {
            assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE);
        }
    }

    /** s3proxy makes an upload of any id that it is given. */
    @Test
    @Override
    protected void saysOfAPartForAnUnknownUploadThatItIsNotFound() throws Exception {
        Effect effect = upload("big", bytes("content"));
        String token = store.begin(effect);
        store.abort(key("big"), token);
        FileStore.Part part = part(effect, token, bytes("content"));
        assertThat(part.size()).isEqualTo(7);
        store.abort(key("big"), token);
    }

    /** s3proxy knows an upload without parts of any id. */
    @Test
    @Override
    protected void knowsNothingOfAnAbortedUpload() throws Exception {
        Effect effect = upload("big", bytes("content"));
        String token = store.begin(effect);
        part(effect, token, bytes("content"));
        store.abort(key("big"), token);
        assertThat(store.parts(key("big"), token)).isEmpty();
        store.abort(key("big"), token);
        assertThat(store.uploads(key("big"))).isEmpty();
    }

    /** The same after completion. */
    @Test
    @Override
    protected void knowsNothingOfACompletedUpload() throws Exception {
        FileKey key = key("big");
        Effect effect = upload("big", bytes("content"));
        String token = store.begin(effect);
        FileStore.Part part = part(effect, token, bytes("content"));
        done(store.complete(effect, token, List.of(part)));
        assertThat(store.parts(key, token)).isEmpty();
        assertThat(store.uploads(key)).isEmpty();
        store.abort(key, token);
        assertThat(text("big")).isEqualTo("content");
    }

    private static Effect upload(String path, byte[] content) {
        return Effect.put(
                key(path),
                new Content.FileContent(content.length, null, Digest.sha256(content), Map.of()),
                Condition.ABSENT,
                MARK);
    }

    private FileStore.Part part(Effect effect, String token, byte[] content) throws StoreException {
        return store.part(effect, token, 1, 0, ByteBuffer.wrap(content), Digest.sha256(content));
    }
}
