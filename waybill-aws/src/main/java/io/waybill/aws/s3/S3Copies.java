package io.waybill.aws.s3;

import io.waybill.aws.s3.S3Errors.Doing;
import io.waybill.store.Abilities;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.List;
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
        if (effect.condition() instanceof io.waybill.store.Condition.Absent
                && known != null
                && known.createsConditionally()) {
            header = Wire.If.ABSENT;
        }
        Wire.CopySource source = new Wire.CopySource(
                from.options().bucket(), from.key(item.key()), item.version().token());
        Failpoint.reach("s3-before-copy");
        try {
            Wire.Written written = item.size() <= limit
                    ? bucket.wire().copy(bucket.key(key), source, meta, bucket.sendsSha256(), header)
                    : inParts(key, item, source, meta, header);
            Failpoint.reach("s3-after-copy");
            return new Outcome.Done(writes.evidence(key, written));
        } catch (WireFailure e) {
            Outcome changed = sourceChanged(from, item, e);
            return changed != null
                    ? changed
                    : writes.failed(e, key, header, Doing.writing("copy to", bucket.thing(key), ACTION));
        }
    }

    private Wire.Written inParts(FileKey key, FileItem item, Wire.CopySource source, Wire.Meta meta, Wire.If condition)
            throws WireFailure {
        String whole = bucket.key(key);
        // Without checksums: a composite over parts that we never saw could be compared with nothing.
        String upload = bucket.wire().begin(whole, meta, false);
        List<Wire.Finished> parts = new ArrayList<>();
        try {
            long size = Math.max(part, (item.size() + 9_998) / 9_999);
            for (long from = 0; from < item.size(); from += size) {
                long to = Math.min(item.size(), from + size) - 1;
                int number = parts.size() + 1;
                Wire.Written written = bucket.wire().partCopy(whole, upload, number, source, from, to);
                parts.add(new Wire.Finished(number, written.etag(), null));
            }
        } catch (WireFailure e) {
            giveUp(whole, upload);
            throw e.beforeAnyEffect();
        }
        try {
            return bucket.wire().complete(whole, upload, parts, condition);
        } catch (WireFailure e) {
            boolean undone = e.stage() != WireFailure.Stage.LOST && e.status() < 500 && e.status() != 200;
            if (undone) {
                giveUp(whole, upload);
            }
            throw e;
        }
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
    private static @org.jspecify.annotations.Nullable Outcome sourceChanged(
            S3Bucket from, FileItem item, WireFailure failure) throws StoreException {
        if (!failure.isRefusal() && !failure.isMissing()) {
            return null;
        }
        FileItem now = from.find(item.key());
        if (now != null && now.version().equals(item.version())) {
            return null;
        }
        return new Outcome.Failed(new StoreException(
                now == null ? Kind.NOT_FOUND : Kind.CONFLICT,
                "Cannot copy " + from.thing(item.key()) + ": it was " + (now == null ? "removed" : "replaced")
                        + " since it was listed. Run again.",
                failure));
    }
}
