package io.waybill.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.S3MockServer;
import io.waybill.aws.testing.S3Server;
import io.waybill.store.Abilities;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Against Adobe S3Mock, which has versions. */
class S3MockTest extends S3StoreContract {
    @Override
    protected S3Server server() {
        return S3MockServer.shared();
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

    /** S3Mock's web framework refuses what it takes for an attack. */
    @Override
    protected Set<String> lostNames() {
        return Set.of("backslash", "backslash before a name", "empty part", "leading slash", "two empty parts");
    }

    /** S3Mock lists in the order of UTF-16, which differs for characters beyond U+FFFF. */
    @Test
    @Override
    protected void listsInTheByteOrderOfKeys() throws Exception {
        writeAll(List.of("\uff5e", "\ud83d\ude80", "a/z", "a.txt"));
        assertThat(paths(list(""))).containsExactly("a.txt", "a/z", "\ud83d\ude80", "\uff5e");
    }

    /** S3Mock answers media types in its own spelling. */
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

    /** S3Mock looks before it writes and not while it does, so several of many racing writers can win. */
    @Test
    @Override
    protected void letsExactlyOneOfManyRacingAbsentWritesWin() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Outcome>> racing = new ArrayList<>();
            for (int racer = 0; racer < 8; racer++) {
                Effect effect = put(key("race"), bytes("racer " + racer), Condition.ABSENT, "race/" + racer);
                racing.add(threads.submit(() -> apply(effect)));
            }
            List<String> winners = new ArrayList<>();
            for (int racer = 0; racer < 8; racer++) {
                if (racing.get(racer).get() instanceof Outcome.Done) {
                    winners.add("race/" + racer);
                }
            }
            assertThat(winners).isNotEmpty().contains(present(key("race")).mark());
        } finally {
            threads.shutdownNow();
        }
    }

    /** S3Mock calls a wrong checksum a bad request, where S3 says BadDigest. */
    @Test
    @Override
    protected void refusesContentThatDoesNotMatchItsDigest() throws Exception {
        Content content =
                new Content.FileContent(5, ByteBuffer.wrap(bytes("right")), Digest.sha256(bytes("wrong")), Map.of());
        Outcome outcome = apply(Effect.put(key("a"), content, Condition.ABSENT, MARK));
        assertThat(((Outcome.Failed) outcome).cause().kind()).isEqualTo(StoreException.Kind.INVALID);
        assertThat(find(key("a"))).isNull();
    }

    /** The same of a part. */
    @Test
    @Override
    protected void refusesAPartThatDoesNotMatchItsDigest() throws Exception {
        FileKey key = key("big");
        Effect effect = Effect.put(key, new Content.FileContent(5, null, null, Map.of()), Condition.ABSENT, MARK);
        String token = store.begin(effect);
        ByteBuffer bytes = ByteBuffer.wrap(bytes("right"));
        assertThat(kindOf(() -> store.part(effect, token, 1, 0, bytes, Digest.sha256(bytes("wrong")))))
                .isEqualTo(StoreException.Kind.INVALID);
        store.abort(key, token);
    }

    /** S3Mock removes the object of the key when an upload is aborted whose completion was refused. */
    @Test
    @Override
    protected void refusesToCompleteWhereSomethingStands() throws Exception {
        FileKey key = key("big");
        byte[] content = bytes("content");
        Effect effect = Effect.put(
                key, new Content.FileContent(7, null, Digest.sha256(content), Map.of()), Condition.ABSENT, MARK);
        String token = store.begin(effect);
        FileStore.Part part = store.part(effect, token, 1, 0, ByteBuffer.wrap(content), Digest.sha256(content));
        write("big", "was faster");
        refused(store.complete(effect, token, List.of(part)));
        assertThat(text("big")).isEqualTo("was faster");
        store.abort(key, token);
        assertThat(find(key)).isNull();
    }

    /** S3Mock copies the source's content type, though it is told to replace it. */
    @Test
    @Override
    protected void copiesWithinTheService() throws Exception {
        write("from", "content");
        FileItem item = present(key("from"));
        Content content = new Content.FileContent(7, null, null, Map.of("content-type", "text/plain", "meta:x", "y"));
        done(s3().copy(store, item, Effect.put(key("to"), content, Condition.ABSENT, "copy/1")));
        assertThat(text("to")).isEqualTo("content");
        assertThat(present(key("to")).mark()).isEqualTo("copy/1");
        assertThat(present(key("to")).attributes())
                .isEqualTo(Map.of("content-type", "application/octet-stream", "meta:x", "y"));
    }

    @Test
    void removesItsOwnVersionSoThatWhatStoodBeforeStandsAgain() throws Exception {
        try (S3Store versioned = open(Map.of("bucket", S3MockServer.shared().newVersionedBucket()))) {
            versioned.apply(List.of(put(key("a"), bytes("theirs"), Condition.ABSENT, "other/1")));
            Effect ours = put(key("a"), bytes("ours"), Condition.ANY, "series/1");
            Version version = done(versioned.apply(List.of(ours)).get(0)).version();
            Condition seen = Condition.Unchanged.version(version);
            done(versioned
                    .apply(List.of(Effect.remove(key("a"), seen, "series/1")))
                    .get(0));
            FileItem now = (FileItem) versioned.find(List.of(key("a"))).get(key("a"));
            assertThat(Objects.requireNonNull(now).mark()).isEqualTo("other/1");
        }
    }

    @Test
    void keepsTheHistoryOfWhatItRemovesForSomebodyElse() throws Exception {
        try (S3Store versioned = open(Map.of("bucket", S3MockServer.shared().newVersionedBucket()))) {
            versioned.apply(List.of(put(key("a"), bytes("older"), Condition.ABSENT, "other/1")));
            Evidence newer = done(versioned
                    .apply(List.of(put(key("a"), bytes("newer"), Condition.ANY, "other/2")))
                    .get(0));
            Condition seen = Condition.Unchanged.version(newer.version());
            done(versioned
                    .apply(List.of(Effect.remove(key("a"), seen, "series/1")))
                    .get(0));
            assertThat(versioned.find(List.of(key("a")))).isEmpty();
        }
    }

    @Test
    void probeLeavesNoVersionBehind() throws Exception {
        try (S3Store versioned = open(Map.of("bucket", S3MockServer.shared().newVersionedBucket()))) {
            Abilities found = versioned.probe("", "test");
            assertThat(found.notes()).anyMatch(note -> note.contains("keeps versions"));
            assertThat(list(versioned, io.waybill.store.Selection.all(""), null))
                    .isEmpty();
        }
    }
}
