package io.waybill.aws.s3;

import io.waybill.aws.s3.S3Errors.Doing;
import io.waybill.store.Abilities;
import io.waybill.store.Checksum;
import io.waybill.store.Condition;
import io.waybill.store.Content.FileContent;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.Failpoint;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes objects in one piece and removes them, under the effect's condition. */
final class S3Writes {
    private final S3Bucket bucket;

    S3Writes(S3Bucket bucket) {
        this.bucket = bucket;
    }

    /** What a condition comes to before the request: an answer already, or the headers to send. */
    record Guard(@Nullable Outcome outcome, Wire.If header) {}

    Outcome apply(Effect effect) {
        FileKey key = (FileKey) effect.key();
        try {
            String objection = bucket.objection(key);
            if (!objection.isEmpty()) {
                throw bucket.invalid("write", key, objection);
            }
            return switch (effect.kind()) {
                case PUT -> put(key, effect);
                case REMOVE -> remove(key, effect);
                case PATCH -> throw bucket.invalid("change fields of", key, "an object has none");
            };
        } catch (StoreException e) {
            // Only questions asked before the write end here.
            return new Outcome.Failed(e);
        }
    }

    private Outcome put(FileKey key, Effect effect) throws StoreException {
        if (!(effect.content() instanceof FileContent content) || content.bytes() == null || content.sha256() == null) {
            throw new IllegalArgumentException("a file is written with its bytes and their digest");
        }
        Wire.Meta meta = meta(key, content, effect);
        Guard guard = guard(key, effect.condition(), Abilities::createsConditionally, Abilities::replacesConditionally);
        if (guard.outcome() != null) {
            return guard.outcome();
        }
        Failpoint.reach("s3-before-put");
        Wire.Written written;
        try {
            written = bucket.wire()
                    .put(bucket.key(key), meta, bucket.body(content.bytes(), content.sha256()), guard.header());
        } catch (WireFailure e) {
            return failed(e, key, guard.header(), Doing.writing("write", bucket.thing(key), "s3:PutObject"));
        }
        Failpoint.reach("s3-after-put");
        return new Outcome.Done(evidence(key, written));
    }

    /** The headers that carry the attributes and the mark of an effect. */
    Wire.Meta meta(FileKey key, FileContent content, Effect effect) throws StoreException {
        try {
            return S3Attributes.encode(content.attributes(), effect.mark());
        } catch (IllegalArgumentException e) {
            throw bucket.invalid("write", key, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Turns a condition into request headers where the store was found to keep to them, and else looks first. Before a
     * probe it does both, since nothing is known.
     */
    Guard guard(FileKey key, Condition condition, Predicate<Abilities> creates, Predicate<Abilities> replaces)
            throws StoreException {
        Abilities known = bucket.abilities();
        if (condition instanceof Condition.Any) {
            return new Guard(null, Wire.If.NOTHING);
        } else if (condition instanceof Condition.Absent) {
            if (known != null && creates.test(known)) {
                return new Guard(null, Wire.If.ABSENT);
            }
            FileItem found = bucket.find(key);
            return found != null
                    ? new Guard(new Outcome.Refused(found), Wire.If.NOTHING)
                    : new Guard(null, known == null ? Wire.If.ABSENT : Wire.If.NOTHING);
        } else if (condition instanceof Condition.Unchanged unchanged) {
            Version version = unchanged.version();
            if (version != null && known != null && replaces.test(known)) {
                return new Guard(null, Wire.If.etag(version.token()));
            }
            FileItem found = bucket.find(key);
            if (found == null || !isUnchanged(found, unchanged)) {
                return new Guard(new Outcome.Refused(found), Wire.If.NOTHING);
            }
            boolean sends = known == null || replaces.test(known);
            return new Guard(null, sends ? Wire.If.etag(found.version().token()) : Wire.If.NOTHING);
        }
        throw new IllegalStateException("a condition that is not known: " + condition);
    }

    private boolean isUnchanged(FileItem found, Condition.Unchanged expected) throws StoreException {
        if (expected.fields() != null || !expected.missing().isEmpty()) {
            throw bucket.invalid("write", found.key(), "an object has no fields to compare");
        }
        if (expected.version() != null) {
            return expected.version().equals(found.version());
        }
        return expected.digest() != null && expected.digest().equals(digest(found));
    }

    /** The digest that the store says where that is proven honest, else that of the bytes, read now. */
    private Digest digest(FileItem item) throws StoreException {
        Checksum checksum = item.checksum();
        if (checksum != null && bucket.provenSha256() && checksum.algorithm().equals(Checksum.SHA256)) {
            return Digest.parse(checksum.value());
        }
        MessageDigest sha256 = Digest.newSha256();
        try (S3Reading reading = S3Reading.open(bucket, item.key(), 0, item.version());
                InputStream stream = reading.stream()) {
            byte[] buffer = new byte[1 << 16];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(
                    Kind.UNAVAILABLE, "Cannot read " + bucket.thing(item.key()) + ": " + e.getMessage() + ".", e);
        }
        return Digest.of(sha256.digest());
    }

    /** The outcome of a write that the store did not carry out, or that nobody knows of. */
    Outcome failed(WireFailure failure, FileKey key, Wire.If condition, Doing doing) {
        boolean conditional = condition.absent() || condition.etag() != null;
        boolean gone = condition.etag() != null
                && failure.isMissing()
                && !failure.code().equals("NoSuchUpload");
        if (!conditional || !(failure.isRefusal() || gone)) {
            return bucket.errors().outcome(failure, doing);
        }
        FileItem found;
        try {
            found = gone ? null : bucket.find(key);
        } catch (StoreException e) {
            // Refused is certain; what stands there the store did not tell.
            return new Outcome.Refused(null);
        }
        if (found != null && found.version().token().equals(condition.etag())) {
            return new Outcome.Failed(new StoreException(
                    Kind.INVALID,
                    "Cannot " + doing.verb() + " " + doing.thing()
                            + ": the store says that it changed, and it did not. Run the store's probe, so that"
                            + " waybill compares by itself.",
                    failure));
        }
        if (found == null && condition.absent()) {
            return new Outcome.Failed(new StoreException(
                    Kind.UNAVAILABLE,
                    "Cannot " + doing.verb() + " " + doing.thing() + ": HTTP " + failure.status() + " " + failure.code()
                            + ", something stood there and is gone again. Try again.",
                    failure));
        }
        return new Outcome.Refused(found);
    }

    /** What the store said of a write, asked for once more where the answer did not say it. */
    Evidence evidence(FileKey key, Wire.Written written) {
        boolean silent = written.checksum() == null && bucket.provenSha256();
        if (!written.etag().isEmpty() && !silent) {
            return new Evidence(new Version(written.etag()), written.checksum());
        }
        try {
            FileItem item = bucket.find(key);
            if (item != null
                    && (written.etag().isEmpty() || item.version().token().equals(written.etag()))) {
                return new Evidence(item.version(), item.checksum());
            }
        } catch (StoreException e) {
            // The write is done and answered; evidence that could not be had is no evidence.
            return new Evidence(new Version(written.etag()), null);
        }
        return new Evidence(new Version(written.etag()), written.checksum());
    }

    /**
     * Removes what stands there. In a bucket with versions, what carries the effect's own mark is removed as a version, so
     * that what stood before it stands again; anything else gets a delete marker, so that its history stays.
     */
    private Outcome remove(FileKey key, Effect effect) throws StoreException {
        Condition condition = effect.condition();
        Wire.Head head = bucket.head(key);
        if (head == null) {
            return condition instanceof Condition.Unchanged
                    ? new Outcome.Refused(null)
                    : new Outcome.Done(Evidence.NONE);
        }
        FileItem found = bucket.item(key, head);
        if (condition instanceof Condition.Absent
                || (condition instanceof Condition.Unchanged unchanged && !isUnchanged(found, unchanged))) {
            return new Outcome.Refused(found);
        }
        String version = head.versionId();
        boolean versioned = version != null && !version.isEmpty() && !version.equals("null");
        boolean ours = versioned && effect.mark().equals(found.mark());
        Abilities known = bucket.abilities();
        boolean conditional = condition instanceof Condition.Unchanged && known != null && known.removesConditionally();
        String etag = conditional && !ours ? head.etag() : null;
        try {
            bucket.wire().delete(bucket.key(key), ours ? version : null, etag);
        } catch (WireFailure e) {
            Wire.If header = etag == null ? Wire.If.NOTHING : Wire.If.etag(etag);
            String action = ours ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
            return failed(e, key, header, Doing.writing("remove", bucket.thing(key), action));
        }
        Failpoint.reach("s3-after-delete");
        if (ours) {
            // an attempt before a crash may have left an older version that is ours as well
            Wire.Head next = bucket.head(key);
            if (next != null && effect.mark().equals(bucket.item(key, next).mark())) {
                return remove(key, Effect.remove(key, Condition.ANY, effect.mark()));
            }
        }
        return new Outcome.Done(Evidence.NONE);
    }
}
