package io.waybill.aws.s3;

import io.waybill.aws.s3.S3Errors.Doing;
import io.waybill.aws.s3.S3Options.ChecksumUse;
import io.waybill.store.Abilities;
import io.waybill.store.Checksum;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore.Part;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a service really does, with a handful of objects of a few bytes. A promise counts only if what it forbids
 * was refused and what it allows was done. One probe per instance.
 */
final class S3Probe {
    private static final Wire.Meta META = new Wire.Meta(Map.of("content-type", "text/plain"), Map.of());
    private static final String NO_ETAG = "00000000000000000000000000000000";

    private final S3Bucket bucket;
    private final Wire wire;
    private final List<String> notes = new ArrayList<>();
    private final Set<String> honest = new TreeSet<>();
    private final List<Left> left = new ArrayList<>();
    private final String base;

    S3Probe(S3Bucket bucket, String prefix, String name) {
        this.bucket = bucket;
        this.wire = bucket.wire();
        this.base = bucket.options().root() + prefix + ".waybill-probe-" + name + "-";
    }

    /** Something that may stand in the bucket because of this probe. */
    private record Left(
            String key,
            @Nullable String versionId,
            @Nullable String upload) {}

    Abilities probe() throws StoreException {
        try {
            sweep();
            long skew = rights();
            boolean creates = creates();
            boolean replaces = replaces();
            checksums();
            boolean completes = completes();
            boolean removes = removes();
            clean();
            return new Abilities(creates, completes, replaces, removes, honest, skew, notes);
        } catch (WireFailure e) {
            cleanAfter(e);
            throw bucket.errors()
                    .of(
                            e,
                            Doing.reading(
                                    "probe",
                                    bucket.location().toString(),
                                    "s3:PutObject, s3:GetObject, s3:ListBucket and s3:DeleteObject"));
        }
    }

    /** Removes what a probe that was interrupted left behind. */
    private void sweep() throws WireFailure {
        wire.list(base, null, null, 1_000).objects().forEach(object -> left.add(new Left(object.key(), null, null)));
        try {
            wire.uploads(base, null, null)
                    .uploads()
                    .forEach(upload -> left.add(new Left(upload.key(), null, upload.id())));
        } catch (WireFailure e) {
            if (e.stage() != WireFailure.Stage.ANSWERED) {
                throw e;
            }
            notes.add("unfinished uploads cannot be listed (" + e.status() + " " + e.code()
                    + "): those of an interrupted attempt may stay");
        }
        clean();
    }

    private void cleanAfter(WireFailure failure) {
        try {
            clean();
        } catch (WireFailure e) {
            failure.addSuppressed(e);
        }
    }

    /** Writes, looks, reads and lists one object; answers the skew of the store's clock in milliseconds. */
    private long rights() throws WireFailure {
        Wire.Written written = put("a", "first", Wire.If.NOTHING, null);
        Instant before = bucket.clock().instant();
        Wire.Head head = wire.head(base + "a");
        Duration took = Duration.between(before, bucket.clock().instant());
        if (head == null) {
            notes.add("an object that was written is not found at once: the store is not consistent");
        } else if (written.versionId() != null && !written.versionId().equals("null")) {
            notes.add("the bucket keeps versions: what waybill removes of its own is removed as a version");
        }
        try (Wire.Got got = wire.get(base + "a", 0, null)) {
            if (!Arrays.equals(got.stream().readAllBytes(), bytes("first"))) {
                notes.add("an object comes back with other bytes than were written: do not use this store");
            }
        } catch (IOException e) {
            throw new WireFailure(WireFailure.Stage.LOST, 0, "", String.valueOf(e.getMessage()), null, null, e);
        }
        boolean listed = wire.list(base, null, null, 10).objects().stream()
                .anyMatch(object -> object.key().equals(base + "a"));
        if (!listed) {
            notes.add("an object that was written is not listed at once: the store is not consistent");
        }
        Instant now = head == null ? null : head.now();
        if (now == null) {
            return 0;
        }
        // The Date header cuts off the fraction of its second.
        Duration skew = Duration.between(before.plus(took.dividedBy(2)), now.plusMillis(500));
        if (skew.abs().compareTo(Duration.ofSeconds(30)) > 0) {
            notes.add("the store's clock is " + skew.toSeconds() + " s ahead of this machine's");
        }
        return skew.toMillis();
    }

    private boolean creates() throws WireFailure {
        boolean refuses = isRefused(() -> put("a", "second", Wire.If.ABSENT, null));
        boolean allows = isDone(() -> put("b", "first", Wire.If.ABSENT, null));
        return tell(refuses && allows, "writing only where nothing stands (If-None-Match)");
    }

    private boolean replaces() throws WireFailure {
        String etag = etag("a");
        boolean refuses = isRefused(() -> put("a", "third", Wire.If.etag(NO_ETAG), null));
        boolean allows = isDone(() -> put("a", "fourth", Wire.If.etag(etag), null));
        return tell(refuses && allows, "replacing only what was seen (If-Match)");
    }

    private String etag(String name) throws WireFailure {
        Wire.Head head = wire.head(base + name);
        return head == null ? NO_ETAG : head.etag();
    }

    private void checksums() throws WireFailure {
        if (bucket.options().checksum() == ChecksumUse.NONE || bucket.options().checksum() == ChecksumUse.CRC32) {
            notes.add("SHA-256 checksums are switched off by option checksum");
        } else {
            String right = Checksums.header(Digest.sha256(bytes("checked")));
            String wrong = Checksums.header(Digest.sha256(bytes("another")));
            boolean takes = isDone(() -> put("c", "checked", Wire.If.NOTHING, right));
            boolean refuses = takes && isRefused(() -> put("d", "checked", Wire.If.NOTHING, wrong));
            Wire.Head head = takes ? wire.head(base + "c") : null;
            Checksum said = head == null ? null : head.checksum();
            boolean answers = said != null && said.equals(Checksums.sha256(right));
            if (refuses && answers) {
                honest.add(Checksum.SHA256);
            } else if (!takes) {
                notes.add(
                        "SHA-256 checksum headers are not taken: none are sent, objects are read back to verify them");
            } else {
                notes.add("SHA-256 checksums are " + (refuses ? "checked but not answered" : "not checked")
                        + ": objects are read back to verify them");
            }
        }
        String other = Digest.sha256(bytes("another")).hex();
        if (!isRefused(() -> put("e", "payload", other, Wire.If.NOTHING, null))) {
            notes.add("the payload hash of a signed request is not checked");
        }
    }

    private boolean completes() throws WireFailure {
        boolean checked = honest.contains(Checksum.SHA256);
        byte[] content = bytes("in one part");
        Digest digest = Digest.sha256(content);
        String sha256 = checked ? Checksums.header(digest) : null;
        boolean absent = isRefused(() -> upload("a", content, sha256, Wire.If.ABSENT));
        boolean changed = isRefused(() -> upload("a", content, sha256, Wire.If.etag(NO_ETAG)));
        Wire.Written written = upload("f", content, sha256, Wire.If.ABSENT);
        String wrong = Checksums.header(Digest.sha256(bytes("another")));
        if (checked && !isRefused(() -> upload("g", content, wrong, Wire.If.NOTHING))) {
            notes.add("SHA-256 checksums of parts are not checked: uploads in parts are read back to verify them");
        } else if (checked) {
            Checksum composite = Checksums.composite(List.of(new Part(1, content.length, written.etag(), digest)));
            Wire.Head head = written.checksum() == null ? wire.head(base + "f") : null;
            Checksum said = head == null ? written.checksum() : head.checksum();
            if (composite.equals(said)) {
                honest.add(Checksum.SHA256_COMPOSITE);
            } else {
                notes.add("no checksum is answered for uploads in parts: they are read back to verify them");
            }
        }
        return tell(absent && changed, "completing an upload only where its condition holds");
    }

    private Wire.Written upload(String name, byte[] content, @Nullable String sha256, Wire.If condition)
            throws WireFailure {
        String key = base + name;
        String upload = wire.begin(key, META, sha256 != null);
        left.add(new Left(key, null, upload));
        String payload = Digest.sha256(content).hex();
        Wire.Written part = wire.part(key, upload, 1, new Wire.Body(ByteBuffer.wrap(content), payload, sha256, null));
        Wire.Written written =
                wire.complete(key, upload, List.of(new Wire.Finished(1, part.etag(), sha256)), condition);
        left.add(new Left(key, written.versionId(), null));
        return written;
    }

    private boolean removes() throws WireFailure {
        String etag = etag("a");
        boolean refuses = isRefused(() -> delete("a", NO_ETAG)) && wire.head(base + "a") != null;
        boolean allows = isDone(() -> delete("a", etag)) && wire.head(base + "a") == null;
        return tell(refuses && allows, "removing only what was seen (If-Match)");
    }

    private void delete(String name, String etag) throws WireFailure {
        left.add(new Left(base + name, wire.delete(base + name, null, etag), null));
    }

    private Wire.Written put(String name, String content, Wire.If condition, @Nullable String sha256)
            throws WireFailure {
        return put(name, content, Digest.sha256(bytes(content)).hex(), condition, sha256);
    }

    private Wire.Written put(String name, String content, String payload, Wire.If condition, @Nullable String sha256)
            throws WireFailure {
        Wire.Body body = new Wire.Body(ByteBuffer.wrap(bytes(content)), payload, sha256, null);
        left.add(new Left(base + name, null, null));
        Wire.Written written = wire.put(base + name, META, body, condition);
        if (written.versionId() != null) {
            left.add(new Left(base + name, written.versionId(), null));
        }
        return written;
    }

    private boolean tell(boolean works, String what) {
        if (!works) {
            notes.add(what + " does not work here: waybill looks first instead, which leaves a moment between");
        }
        return works;
    }

    @FunctionalInterface
    private interface Try {
        void run() throws WireFailure;
    }

    /** Whether the store refused it, as it should; an error that says nothing about that is thrown. */
    private static boolean isRefused(Try attempt) throws WireFailure {
        return !isDone(attempt);
    }

    private static boolean isDone(Try attempt) throws WireFailure {
        try {
            attempt.run();
            return true;
        } catch (WireFailure e) {
            boolean answered = e.stage() == WireFailure.Stage.ANSWERED;
            boolean refusal = e.status() == 400 || e.status() == 404 || e.status() == 409 || e.status() == 412;
            if (answered && (refusal || e.status() == 501)) {
                return false;
            }
            throw e;
        }
    }

    /** Removes all that may be left; versions one by one, and what has none by its key. */
    private void clean() throws WireFailure {
        WireFailure first = null;
        Set<String> keys = new TreeSet<>();
        for (Left each : left) {
            keys.add(each.key());
            try {
                if (each.upload() != null) {
                    wire.abort(each.key(), each.upload());
                } else if (each.versionId() != null && !each.versionId().equals("null")) {
                    wire.delete(each.key(), each.versionId(), null);
                }
            } catch (WireFailure e) {
                first = e.isMissing() || first != null ? first : e;
            }
        }
        for (String key : keys) {
            try {
                if (wire.head(key) != null) {
                    wire.delete(key, null, null);
                }
            } catch (WireFailure e) {
                first = first == null ? e : first;
            }
        }
        left.clear();
        if (first != null) {
            notes.add("what the probe wrote could not all be removed (" + first.status() + " " + first.code()
                    + "): keys begin with " + new FileKey(base).display());
            throw first;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
