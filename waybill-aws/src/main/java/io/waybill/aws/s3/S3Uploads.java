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
import io.waybill.store.FileStore.Part;
import io.waybill.store.FileStore.StoredPart;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Uploads in parts. The token is S3's upload id; part size and digests are the caller's to remember. */
final class S3Uploads {
    private static final long MIB = 1L << 20;
    private static final long USUAL_PART = 16 * MIB;
    private static final long MOST_PARTS = 9_999;
    private static final String ACTION = "s3:PutObject";

    private final S3Bucket bucket;
    private final S3Writes writes;

    S3Uploads(S3Bucket bucket, S3Writes writes) {
        this.bucket = bucket;
        this.writes = writes;
    }

    long partSize(long size) {
        long wanted =
                bucket.options().partSize() == 0 ? USUAL_PART : bucket.options().partSize();
        if (size <= Math.min(wanted, USUAL_PART)) {
            return 0;
        }
        long needed = (size + MOST_PARTS - 1) / MOST_PARTS;
        return needed <= wanted ? wanted : (needed + MIB - 1) / MIB * MIB;
    }

    String begin(Effect effect) throws StoreException {
        FileKey key = (FileKey) effect.key();
        String objection = bucket.objection(key);
        if (!objection.isEmpty()) {
            throw bucket.invalid("write", key, objection);
        }
        FileContent content = content(effect);
        if (content.size() > MOST_PARTS * S3Options.MAX_PART) {
            throw bucket.invalid("write", key, "it has " + content.size() + " bytes, S3 takes 48.8 TiB");
        }
        String token;
        try {
            token = bucket.wire().begin(bucket.key(key), writes.meta(key, content, effect), bucket.sendsSha256());
        } catch (WireFailure e) {
            // An upload whose id we never learnt holds nothing; another is begun.
            throw bucket.errors().of(e, Doing.reading("begin an upload of", bucket.thing(key), ACTION));
        }
        Failpoint.reach("s3-after-begin");
        return token;
    }

    static FileContent content(Effect effect) {
        if (effect.content() instanceof FileContent content) {
            return content;
        }
        throw new IllegalArgumentException("an upload needs the content of a file");
    }

    Part part(Effect effect, String token, int number, ByteBuffer bytes, Digest sha256) throws StoreException {
        FileKey key = (FileKey) effect.key();
        Doing doing = Doing.reading("send part " + number + " of", bucket.thing(key), ACTION);
        Wire.Written written;
        try {
            written = bucket.wire().part(bucket.key(key), token, number, bucket.body(bytes, sha256));
        } catch (WireFailure e) {
            if (e.stage() != WireFailure.Stage.ANSWERED && isGone(key, token)) {
                throw new StoreException(
                        Kind.NOT_FOUND,
                        "Cannot " + doing.verb() + " " + doing.thing() + ": its upload is gone. Begin the upload anew.",
                        e);
            }
            throw bucket.errors().of(e, doing);
        }
        Checksum checksum = written.checksum();
        if (checksum != null && !checksum.value().equals(sha256.hex())) {
            throw new StoreException(
                    Kind.CORRUPT,
                    "Cannot " + doing.verb() + " " + doing.thing() + ": the store answers another SHA-256, "
                            + checksum.value() + ". Try again.");
        }
        Failpoint.reach("s3-after-part");
        return new Part(number, bytes.remaining(), written.etag(), sha256);
    }

    /** Some services answer that there is no such upload by breaking the connection on which we still send. */
    private boolean isGone(FileKey key, String token) {
        try {
            bucket.wire().parts(bucket.key(key), token, null);
            return false;
        } catch (WireFailure e) {
            return e.isMissing();
        }
    }

    @Nullable
    List<StoredPart> parts(FileKey key, String token) throws StoreException {
        List<StoredPart> parts = new ArrayList<>();
        Integer after = null;
        do {
            Wire.PartPage page;
            try {
                page = bucket.wire().parts(bucket.key(key), token, after);
            } catch (WireFailure e) {
                if (e.isMissing()) {
                    return null;
                }
                throw bucket.errors()
                        .of(e, Doing.reading("list parts of", bucket.thing(key), "s3:ListMultipartUploadParts"));
            }
            page.parts().forEach(part -> parts.add(new StoredPart(part.number(), part.size(), part.etag())));
            boolean further = page.next() != null && (after == null || page.next() > after);
            after = further ? page.next() : null;
        } while (after != null);
        parts.sort(Comparator.comparingInt(StoredPart::number));
        return parts;
    }

    Outcome complete(Effect effect, String token, List<Part> parts) throws StoreException {
        FileKey key = (FileKey) effect.key();
        S3Writes.Guard guard = writes.guard(
                key, effect.condition(), Abilities::completesConditionally, Abilities::completesConditionally);
        if (guard.outcome() != null) {
            return guard.outcome();
        }
        boolean checked = bucket.sendsSha256();
        List<Wire.Finished> finished = parts.stream()
                .sorted(Comparator.comparingInt(Part::number))
                .map(part ->
                        new Wire.Finished(part.number(), part.tag(), checked ? Checksums.header(part.sha256()) : null))
                .toList();
        Wire.Written written;
        try {
            written = bucket.wire().complete(bucket.key(key), token, finished, guard.header());
        } catch (WireFailure e) {
            Doing doing = Doing.writing("complete", bucket.thing(key), ACTION);
            return e.code().equals("NoSuchUpload")
                            || (e.isMissing() && guard.header().etag() == null)
                    ? gone(key, effect, e, doing)
                    : writes.failed(e, key, guard.header(), doing);
        }
        Failpoint.reach("s3-after-complete");
        return new Outcome.Done(writes.evidence(key, written));
    }

    /** The upload is gone: completed already and the answer lost, or removed. The object tells. */
    private Outcome gone(FileKey key, Effect effect, WireFailure failure, Doing doing) throws StoreException {
        FileItem found = bucket.find(key);
        if (found != null
                && effect.mark().equals(found.mark())
                && found.size() == content(effect).size()) {
            return new Outcome.Done(new Evidence(found.version(), found.checksum()));
        }
        boolean refused = found != null && effect.condition() instanceof Condition.Absent;
        return refused ? new Outcome.Refused(found) : bucket.errors().outcome(failure, doing);
    }

    void abort(FileKey key, String token) throws StoreException {
        // A part that was under way when its upload was aborted may stay behind, so S3 asks to abort until none is
        // left.
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                bucket.wire().abort(bucket.key(key), token);
            } catch (WireFailure e) {
                if (e.isMissing()) {
                    return;
                }
                throw bucket.errors()
                        .of(e, Doing.reading("abort an upload of", bucket.thing(key), "s3:AbortMultipartUpload"));
            }
            List<StoredPart> left = parts(key, token);
            if (left == null || left.isEmpty()) {
                return;
            }
        }
        throw new StoreException(
                Kind.UNAVAILABLE,
                "Cannot abort an upload of " + bucket.thing(key) + ": it still has parts. Try again later.");
    }

    List<String> uploads(FileKey key) throws StoreException {
        String whole = bucket.key(key);
        List<String> tokens = new ArrayList<>();
        String nextKey = null;
        String nextId = null;
        do {
            Wire.UploadPage page;
            try {
                page = bucket.wire().uploads(whole, nextKey, nextId);
            } catch (WireFailure e) {
                throw bucket.errors()
                        .of(e, Doing.reading("list uploads of", bucket.thing(key), "s3:ListBucketMultipartUploads"));
            }
            page.uploads().stream()
                    .filter(upload -> upload.key().equals(whole))
                    .forEach(upload -> tokens.add(upload.id()));
            // Keys come in order, and ours is the first with its own prefix: after it nothing can follow.
            boolean past =
                    page.uploads().stream().anyMatch(upload -> !upload.key().equals(whole));
            boolean stuck = page.nextKey() != null
                    && page.nextKey().equals(nextKey)
                    && String.valueOf(page.nextId()).equals(String.valueOf(nextId));
            nextKey = past || stuck ? null : page.nextKey();
            nextId = nextKey == null ? null : page.nextId();
        } while (nextKey != null);
        return tokens;
    }
}
