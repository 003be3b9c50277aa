package io.waybill.aws.s3;

import io.waybill.aws.s3.S3Errors.Doing;
import io.waybill.store.Abilities;
import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.Failpoint;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies within one service. The source is pinned to the version that was listed. The condition on the target is looked at
 * before the copy and also sent with it, since services differ in whether they keep to it; the mark tells who won a race.
 */
final class S3Copies {
    private static final Logger log = LoggerFactory.getLogger(S3Copies.class);
    private static final String ACTION = "s3:PutObject, and s3:GetObject of the source";

    private final S3Bucket bucket;
    private final S3Writes writes;
    private final long limit;
    private final long part;

    /**
     * @param limit the largest object that one request copies
     * @param part the size of parts of larger ones
     */
    S3Copies(S3Bucket bucket, S3Writes writes, long limit, long part) {
        this.bucket = bucket;
        this.writes = writes;
        this.limit = limit;
        this.part = part;
    }

    long limit() {
        return limit;
    }

    Outcome copy(S3Bucket from, FileItem item, Effect effect) throws StoreException {
        FileKey key = (FileKey) effect.key();
        String objection = bucket.objection(key);
        if (!objection.isEmpty()) {
            return new Outcome.Failed(bucket.invalid("copy to", key, objection));
        }
        Wire.Meta meta;
        S3Writes.Guard guard;
        try {
            meta = writes.meta(key, S3Uploads.content(effect), effect);
            guard = writes.guard(key, effect.condition(), known -> false, known -> false);
        } catch (StoreException e) {
            return new Outcome.Failed(e);
        }
        if (guard.outcome() != null) {
            return guard.outcome();
        }
        Abilities known = bucket.abilities();
        Wire.If header = guard.header();
        if (effect.condition() instanceof Condition.Absent && known != null && known.createsConditionally()) {
            header = Wire.If.ABSENT;
        }
        Wire.CopySource source = new Wire.CopySource(
                from.options().bucket(), from.key(item.key()), item.version().token());
        Failpoint.reach("s3-before-copy");
        Outcome outcome = item.size() <= limit
                ? inOne(from, key, effect, item, source, meta, header)
                : inParts(from, key, effect, item, source, meta, header);
        Failpoint.reach("s3-after-copy");
        return outcome;
    }

    private Outcome inOne(
            S3Bucket from,
            FileKey key,
            Effect effect,
            FileItem item,
            Wire.CopySource source,
            Wire.Meta meta,
            Wire.If condition)
            throws StoreException {
        Wire.Written written;
        try {
            written = bucket.wire().copy(bucket.key(key), source, meta, bucket.sendsSha256(), condition);
        } catch (WireFailure e) {
            return failed(from, item, key, condition, e);
        }
        return confirmed(from, item, key, effect, written);
    }

    private Outcome inParts(
            S3Bucket from,
            FileKey key,
            Effect effect,
            FileItem item,
            Wire.CopySource source,
            Wire.Meta meta,
            Wire.If condition)
            throws StoreException {
        String whole = bucket.key(key);
        Doing preparing = Doing.reading("copy to", bucket.thing(key), ACTION);
        String upload;
        try {
            // Without checksums: a composite over parts that we never saw could be compared with nothing.
            upload = bucket.wire().begin(whole, meta, false);
        } catch (WireFailure e) {
            return bucket.errors().outcome(e, preparing);
        }
        List<Wire.Finished> parts = new ArrayList<>();
        try {
            long size = Math.max(part, (item.size() + 9_998) / 9_999);
            for (long first = 0; first < item.size(); first += size) {
                long last = Math.min(item.size(), first + size) - 1;
                int number = parts.size() + 1;
                Wire.Written written = bucket.wire().partCopy(whole, upload, number, source, first, last);
                parts.add(new Wire.Finished(number, written.etag(), null));
            }
        } catch (WireFailure e) {
            giveUp(whole, upload);
            Outcome changed = sourceChanged(from, item, e);
            return changed != null ? changed : bucket.errors().outcome(e, preparing);
        }
        Wire.Written written;
        try {
            written = bucket.wire().complete(whole, upload, parts, condition);
        } catch (WireFailure e) {
            Outcome outcome = failed(from, item, key, condition, e);
            if (!(outcome instanceof Outcome.Unknown)) {
                giveUp(whole, upload);
            }
            return outcome;
        }
        return confirmed(from, item, key, effect, written);
    }

    /**
     * Some services ignore the condition on the source. An equal entity tag proves that the copy is of the version that was
     * listed; else the source tells, and a copy of something else is taken away again where nothing stood before.
     */
    private Outcome confirmed(S3Bucket from, FileItem item, FileKey key, Effect effect, Wire.Written written)
            throws StoreException {
        Evidence evidence = writes.evidence(key, written);
        if (evidence.version().equals(item.version())) {
            return new Outcome.Done(evidence);
        }
        FileItem now = from.find(item.key());
        if (now != null && now.version().equals(item.version())) {
            return new Outcome.Done(evidence);
        }
        StoreException changed = changed(from, item, now, null);
        boolean restores = effect.condition() instanceof Condition.Absent;
        Condition ours = Condition.Unchanged.version(evidence.version());
        boolean gone = restores && writes.apply(Effect.remove(key, ours, effect.mark())) instanceof Outcome.Done;
        return gone ? new Outcome.Failed(changed) : new Outcome.Unknown(changed);
    }

    private Outcome failed(S3Bucket from, FileItem item, FileKey key, Wire.If condition, WireFailure failure)
            throws StoreException {
        Outcome changed = sourceChanged(from, item, failure);
        return changed != null
                ? changed
                : writes.failed(failure, key, condition, Doing.writing("copy to", bucket.thing(key), ACTION));
    }

    private void giveUp(String key, String upload) {
        try {
            bucket.wire().abort(key, upload);
        } catch (WireFailure e) {
            log.warn(
                    "an upload stays open key={} upload={} cause={} {}",
                    new FileKey(key).display(),
                    upload,
                    e.status(),
                    e.text());
        }
    }

    /** A refusal may mean either end; what stands at the source tells which. */
    private static @Nullable Outcome sourceChanged(S3Bucket from, FileItem item, WireFailure failure)
            throws StoreException {
        if (!failure.isRefusal() && !failure.isMissing()) {
            return null;
        }
        FileItem now = from.find(item.key());
        if (now != null && now.version().equals(item.version())) {
            return null;
        }
        return new Outcome.Failed(changed(from, item, now, failure));
    }

    private static StoreException changed(
            S3Bucket from, FileItem item, @Nullable FileItem now, @Nullable WireFailure cause) {
        return new StoreException(
                now == null ? Kind.NOT_FOUND : Kind.CONFLICT,
                "Cannot copy " + from.thing(item.key()) + ": it was " + (now == null ? "removed" : "replaced")
                        + " since it was listed. Run again.",
                cause);
    }
}
