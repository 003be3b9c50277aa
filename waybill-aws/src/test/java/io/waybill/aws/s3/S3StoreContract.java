package io.waybill.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.AwsAccess;
import io.waybill.aws.testing.S3Server;
import io.waybill.store.Abilities;
import io.waybill.store.Checksum;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.FileStore.Part;
import io.waybill.store.FileStoreContract;
import io.waybill.store.NameCorpus;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What an S3 store promises beyond the contract of file stores, on whatever server. */
abstract class S3StoreContract extends FileStoreContract {
    private static final Map<String, Abilities> PROBED = new ConcurrentHashMap<>();

    private Map<String, String> place = Map.of();

    protected abstract S3Server server();

    /** Whether SHA-256 is found honest on this server. */
    protected abstract boolean honest();

    @Override
    protected FileStore open() throws Exception {
        place = server().newPlace();
        return reopen();
    }

    @Override
    protected FileStore reopen() throws Exception {
        return open(Map.of());
    }

    /** A store over the same place with other options. */
    protected S3Store open(Map<String, String> other) throws Exception {
        Map<String, String> options = new HashMap<>(place);
        options.putAll(other);
        S3Store opened = (S3Store)
                new S3Provider().open(new StoreProvider.Settings("test", options, Path.of("."), name -> null));
        Abilities known = PROBED.get(getClass().getName());
        if (known == null) {
            known = opened.probe("", "test");
            PROBED.put(getClass().getName(), known);
        }
        opened.rely(known);
        return opened;
    }

    protected S3Store s3() {
        return (S3Store) store;
    }

    protected Map<String, String> place() {
        return place;
    }

    /** All names but those that are no text, the one of more than 1,024 bytes, and the one with U+0000. */
    @Override
    protected int holdableNames() {
        return (int) NameCorpus.all().stream()
                .filter(name -> name.key().isText() && name.key().path().indexOf('\0') < 0)
                .filter(name -> name.key().bytes().length + root().length() <= 1_024)
                .count();
    }

    /** Whether this server keeps to the conditions that S3 has beyond writing where nothing stands. */
    protected boolean keepsToConditions() {
        return true;
    }

    /** What is odd about the names that this server loses, changes or refuses, though S3 holds them. */
    protected Set<String> lostNames() {
        return Set.of();
    }

    @Test
    @Override
    protected void holdsEveryOddNameToTheByteOrSaysWhyNot() throws Exception {
        Map<FileKey, String> written = new HashMap<>();
        Set<String> lost = new TreeSet<>();
        int objected = 0;
        for (NameCorpus.OddName name : NameCorpus.all()) {
            if (!store.objection(name.key()).isEmpty()) {
                objected++;
            } else if (apply(put(name.key(), bytes(name.what()), Condition.ABSENT, MARK)) instanceof Outcome.Done) {
                written.put(name.key(), name.what());
            } else {
                lost.add(name.what());
            }
        }
        List<FileKey> listed = list("").stream().map(FileItem::key).toList();
        assertThat(listed).doesNotHaveDuplicates();
        for (Map.Entry<FileKey, String> each : written.entrySet()) {
            if (!listed.contains(each.getKey()) || !reads(each.getKey(), each.getValue())) {
                lost.add(each.getValue());
            }
        }
        assertThat(lost).isEqualTo(new TreeSet<>(lostNames()));
        assertThat(NameCorpus.all().size() - objected).isEqualTo(holdableNames());
    }

    private boolean reads(FileKey key, String expected) throws Exception {
        try {
            return Arrays.equals(content(key), bytes(expected));
        } catch (StoreException e) {
            return false;
        }
    }

    private List<NameCorpus.OddName> heldNames() {
        return NameCorpus.all().stream()
                .filter(name ->
                        store.objection(name.key()).isEmpty() && !lostNames().contains(name.what()))
                .toList();
    }

    @Test
    @Override
    protected void readsEveryOddNameBack() throws Exception {
        for (NameCorpus.OddName name : heldNames()) {
            done(apply(put(name.key(), bytes(name.what()), Condition.ABSENT, MARK)));
        }
        for (NameCorpus.OddName name : heldNames()) {
            assertThat(content(name.key())).as(name.what()).isEqualTo(bytes(name.what()));
            assertThat(present(name.key()).key()).isEqualTo(name.key());
        }
    }

    @Test
    @Override
    protected void removesEveryOddName() throws Exception {
        for (NameCorpus.OddName name : heldNames()) {
            Evidence evidence = done(apply(put(name.key(), bytes(name.what()), Condition.ABSENT, MARK)));
            done(apply(Effect.remove(name.key(), Condition.Unchanged.version(evidence.version()), MARK)));
            assertThat(find(name.key())).as(name.what()).isNull();
        }
    }

    private String root() {
        return place.getOrDefault("root", "");
    }

    @Test
    protected void probeFindsConditionsAndLeavesNothingBehind() throws Exception {
        Abilities found = s3().probe("probe/", "test");
        assertThat(found.createsConditionally()).as(found.toString()).isTrue();
        assertThat(found.replacesConditionally()).as(found.toString()).isEqualTo(keepsToConditions());
        assertThat(found.completesConditionally()).as(found.toString()).isEqualTo(keepsToConditions());
        assertThat(Math.abs(found.clockSkewMillis())).isLessThan(5_000);
        assertThat(list("")).isEmpty();
    }

    @Test
    protected void probeFindsHonestChecksums() throws Exception {
        Abilities found = s3().probe("", "test");
        assertThat(found.honestChecksums())
                .isEqualTo(honest() ? Set.of(Checksum.SHA256, Checksum.SHA256_COMPOSITE) : Set.of());
    }

    @Test
    protected void answersTheChecksumThatTheStoreComputed() throws Exception {
        Evidence evidence = write("a", "content");
        if (honest()) {
            assertThat(Objects.requireNonNull(evidence.checksum()).value())
                    .isEqualTo(Digest.sha256(bytes("content")).hex());
        } else {
            assertThat(evidence.checksum()).isNull();
        }
    }

    @Test
    protected void worksWithoutAProbe() throws Exception {
        try (S3Store unprobed = (S3Store)
                new S3Provider().open(new StoreProvider.Settings("test", place, Path.of("."), name -> null))) {
            Outcome first = unprobed.apply(List.of(put(key("a"), bytes("one"), Condition.ABSENT, MARK)))
                    .get(0);
            refused(unprobed.apply(List.of(put(key("a"), bytes("two"), Condition.ABSENT, MARK)))
                    .get(0));
            Condition seen = Condition.Unchanged.version(done(first).version());
            if (!keepsToConditions()) {
                return;
            }
            done(unprobed.apply(List.of(put(key("a"), bytes("three"), seen, MARK)))
                    .get(0));
            refused(unprobed.apply(List.of(put(key("a"), bytes("four"), seen, MARK)))
                    .get(0));
            refused(unprobed.apply(List.of(Effect.remove(key("a"), seen, MARK))).get(0));
            assertThat(text("a")).isEqualTo("three");
        }
    }

    @Test
    protected void replacesAndRemovesWhatHasTheDigestThatWasSeen() throws Exception {
        write("a", "first");
        Condition first = Condition.Unchanged.digest(Digest.sha256(bytes("first")));
        done(apply(put(key("a"), bytes("second"), first, MARK)));
        refused(apply(put(key("a"), bytes("third"), first, MARK)));
        refused(apply(Effect.remove(key("a"), first, MARK)));
        done(apply(Effect.remove(key("a"), Condition.Unchanged.digest(Digest.sha256(bytes("second"))), MARK)));
        assertThat(find(key("a"))).isNull();
    }

    @Test
    protected void keepsMetadataThatNoHeaderCanCarry() throws Exception {
        Map<String, String> attributes = Map.of(
                "content-type", "text/plain",
                "meta:name", "J\u00fcrgen \ud83d\ude80",
                "meta:lines", "one\r\ntwo",
                "meta:space", " around ",
                "meta:looks-encoded", "=?UTF-8?B?eA==?=");
        done(apply(put(key("a"), bytes("x"), Condition.ABSENT, MARK, attributes)));
        assertThat(present(key("a")).attributes()).isEqualTo(attributes);
    }

    @Test
    protected void copiesWithinTheService() throws Exception {
        write("from/a b+c%", "content");
        FileItem item = present(key("from/a b+c%"));
        S3Store other = open(Map.of());
        assertThat(s3().canCopyFrom(other)).isTrue();
        Effect effect = copy("to/\u00e9", item, Condition.ABSENT, Map.of("content-type", "text/plain", "meta:x", "y"));
        Evidence evidence = done(s3().copy(other, item, effect));
        assertThat(text("to/\u00e9")).isEqualTo("content");
        FileItem copied = present(key("to/\u00e9"));
        assertThat(copied.mark()).isEqualTo("copy/1");
        assertThat(copied.version()).isEqualTo(evidence.version());
        assertThat(copied.attributes()).isEqualTo(Map.of("content-type", "text/plain", "meta:x", "y"));
        other.close();
    }

    @Test
    protected void copiesOverNothingThatStandsThere() throws Exception {
        write("a", "content");
        write("b", "stands");
        FileItem item = present(key("a"));
        refused(s3().copy(store, item, copy("b", item, Condition.ABSENT, Map.of())));
        assertThat(text("b")).isEqualTo("stands");
    }

    @Test
    protected void copiesOnlyTheVersionThatWasListed() throws Exception {
        write("a", "content");
        FileItem item = present(key("a"));
        done(apply(put(key("a"), bytes("changed"), Condition.ANY, MARK)));
        Outcome outcome = s3().copy(store, item, copy("b", item, Condition.ABSENT, Map.of()));
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).cause().kind()).isEqualTo(StoreException.Kind.CONFLICT);
        assertThat(find(key("b"))).isNull();
    }

    @Test
    protected void copiesInPartsWhatIsTooLargeForOneRequest() throws Exception {
        byte[] content = new byte[(11 << 20) + 5];
        new Random(5).nextBytes(content);
        done(apply(put(key("large"), content, Condition.ABSENT, MARK)));
        FileItem item = present(key("large"));
        try (S3Store small = withCopyLimit(6 << 20, 5 << 20)) {
            done(small.copy(store, item, copy("copied", item, Condition.ABSENT, Map.of("meta:x", "y"))));
            assertSame(key("copied"), content);
            assertThat(present(key("copied")).attributes()).containsEntry("meta:x", "y");
            assertThat(small.uploads(key("copied"))).isEmpty();
            refused(small.copy(store, item, copy("copied", item, Condition.ABSENT, Map.of())));
        }
    }

    private S3Store withCopyLimit(long limit, long part) throws Exception {
        StoreProvider.Settings settings = new StoreProvider.Settings("test", place, Path.of("."), name -> null);
        S3Options options = S3Options.of(settings);
        Wire wire = new SdkWire(
                SdkClient.open(
                        options,
                        "us-east-1",
                        AwsAccess.credentials(options.access(), settings),
                        InstantSource.system()),
                options);
        S3Store small = new S3Store(options, "us-east-1", wire, InstantSource.system(), limit, part);
        small.rely(Objects.requireNonNull(PROBED.get(getClass().getName())));
        return small;
    }

    @Test
    protected void writesWithAnyChecksum() throws Exception {
        for (String checksum : List.of("sha256", "crc32", "none")) {
            try (S3Store other = open(Map.of("checksum", checksum))) {
                Effect effect = put(key(checksum), bytes("content"), Condition.ABSENT, MARK);
                done(other.apply(List.of(effect)).get(0));
                assertThat(text(checksum)).isEqualTo("content");
                Effect upload = put(key("parts-" + checksum), bytes("in parts"), Condition.ABSENT, MARK);
                String token = other.begin(upload);
                Part part = other.part(
                        upload, token, 1, 0, ByteBuffer.wrap(bytes("in parts")), Digest.sha256(bytes("in parts")));
                done(other.complete(upload, token, List.of(part)));
                assertThat(text("parts-" + checksum)).isEqualTo("in parts");
            }
        }
    }

    private static Effect copy(String to, FileItem item, Condition condition, Map<String, String> attributes) {
        return Effect.put(key(to), new Content.FileContent(item.size(), null, null, attributes), condition, "copy/1");
    }
}
