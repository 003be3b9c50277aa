package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileStore;
import io.waybill.store.FileStoreContract;
import io.waybill.store.NameCorpus;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesStoreTest extends FileStoreContract {
    @TempDir
    Path root = Path.of("unset");

    FilesOptions options() {
        return FilesOptions.of(root, false, true);
    }

    @Override
    protected FileStore open() {
        return new FilesStore(options());
    }

    @Override
    protected FileStore reopen() {
        return open();
    }

    @Override
    protected Set<String> keptAttributes() {
        return Set.of("mtime");
    }

    @Override
    protected boolean makeFolder(String path) throws Exception {
        Files.createDirectories(root.resolve(path));
        return true;
    }

    /** Two pages; each file costs two syncs. */
    @Override
    protected int many() {
        return 1_100;
    }

    @Override
    protected int partBytes() {
        return 1 << 20;
    }

    /** All but those with empty parts, parts that are dots, NUL, and a part of 256 bytes. */
    @Override
    protected int holdableNames() {
        return NameCorpus.all().size() - 11;
    }

    /** The bytes are at hand when their digest is made, and verification reads back what was written: a check here would
     * only hash once more. */
    @Test
    @Override
    protected void refusesContentThatDoesNotMatchItsDigest() throws Exception {
        Content content =
                new Content.FileContent(5, ByteBuffer.wrap(bytes("right")), Digest.sha256(bytes("wrong")), Map.of());
        assertThat(done(apply(Effect.put(key("a"), content, Condition.ABSENT, MARK)))
                        .checksum())
                .isNull();
        assertThat(text("a")).isEqualTo("right");
    }

    /** As for whole files: parts are not hashed again, and there is no checksum in the evidence. */
    @Test
    @Override
    protected void refusesAPartThatDoesNotMatchItsDigest() throws Exception {
        Effect effect = Effect.put(key("a"), new Content.FileContent(5, null, null, Map.of()), Condition.ABSENT, MARK);
        String token = store.begin(effect);
        FileStore.Part part =
                store.part(effect, token, 1, 0, ByteBuffer.wrap(bytes("right")), Digest.sha256(bytes("wrong")));
        assertThat(part.sha256()).isEqualTo(Digest.sha256(bytes("wrong")));
        store.abort(key("a"), token);
    }
}
