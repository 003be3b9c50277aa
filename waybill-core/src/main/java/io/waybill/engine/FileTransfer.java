package io.waybill.engine;

import io.waybill.ledger.Entries.Ending;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.State;
import io.waybill.plan.Exists;
import io.waybill.plan.Verify;
import io.waybill.store.Checksum;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.Failpoint;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.Outcome;
import io.waybill.store.Provenance;
import io.waybill.store.ServerCopy;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Carries one file over: the item protocol for a single entry whose intent is recorded. Whatever is in doubt is settled by
 * looking at the target. Safe for use by many threads.
 */
final class FileTransfer {
    private final FileMove move;
    private final Ledger ledger;
    private final Sender sender;
    private final Retry retry;
    private final Pace bytes;
    private final Pace requests;
    private final Images images;
    private final OwnWork ownWork;
    private final @Nullable Sharing sharing;
    private final @Nullable Unnamed unnamed;

    /**
     * What carries files of one move.
     *
     * @param sharing who else counts on a target, where rows name the files; else null
     * @param unnamed which targets no row of a unit names, where rows of units name the files; else null
     */
    FileTransfer(
            FileMove move,
            Ledger ledger,
            Sender sender,
            Retry retry,
            Pace bytes,
            Pace requests,
            Images images,
            OwnWork ownWork,
            @Nullable Sharing sharing,
            @Nullable Unnamed unnamed) {
        this.move = move;
        this.ledger = ledger;
        this.sender = sender;
        this.retry = retry;
        this.bytes = bytes;
        this.requests = requests;
        this.images = images;
        this.ownWork = ownWork;
        this.sharing = sharing;
        this.unnamed = unnamed;
    }

    /** One attempt after another until the entry ends. */
    Ending carryOut(Entry entry, LongAdder seen) throws LedgerException, InterruptedException, StoreTrouble {
        boolean inDoubt = entry.state() == State.WRITING;
        PartBook book = new PartBook(ledger, entry);
        for (int attempt = 1; ; attempt++) {
            seen.reset();
            try {
                Ending ending = attempt(entry, inDoubt, book, seen);
                giveUpUpload(entry, book);
                return ending;
            } catch (StoreException e) {
                boolean again = e.isTransient()
                        || e.kind() == StoreException.Kind.UNKNOWN_OUTCOME
                        || e.kind() == StoreException.Kind.CORRUPT
                        || e.kind() == StoreException.Kind.CONFLICT
                        || (e.kind() == StoreException.Kind.NOT_FOUND && isUploadGone(entry, book));
                inDoubt |= !e.isTransient();
                if (!again || attempt > retry.retries()) {
                    return giveUp(entry, e, inDoubt, book);
                }
                retry.pause(attempt, e);
            } catch (LedgerException e) {
                throw e;
            } catch (IOException e) {
                return giveUp(entry, Contents.asStoreException(e, move.source(), entry.sourceKey()), true, book);
            }
        }
    }

    /** Services give up uploads that seem abandoned; another attempt begins anew. */
    private boolean isUploadGone(Entry entry, PartBook book) {
        String token = book.token();
        try {
            return token != null
                    && retry.call(() -> move.target().parts(entry.effect().targetKey(), token)) == null;
        } catch (StoreException e) {
            return false; // what went wrong first is told
        }
    }

    private Ending attempt(Entry entry, boolean inDoubt, PartBook book, LongAdder seen)
            throws IOException, InterruptedException {
        FileKey key = entry.effect().targetKey();
        String markBefore = null;
        if (inDoubt && book.othersBefore() == null && move.target().isTree()) {
            // look before tidying: a temporary file may be the proof that the target is ours
            FileItem first = find(key);
            markBefore = first == null ? null : first.mark();
            Leftovers.remove(move.target(), key, mark(entry), book.token(), retry);
        }
        boolean look = inDoubt
                || entry.effect().foundVersion() != null
                || book.image() != null
                || !move.abilities().createsConditionally();
        FileItem found = look ? find(key) : null;
        if (found != null) {
            return meet(entry, found.mark() == null ? marked(found, markBefore) : found, null, book, seen);
        }
        return write(entry, Condition.ABSENT, Provenance.CREATED, book, seen);
    }

    private static FileItem marked(FileItem item, @Nullable String mark) {
        return new FileItem(
                item.key(), item.size(), item.modified(), item.version(), item.attributes(), item.checksum(), mark);
    }

    /** An entry that ended needs no upload that an earlier attempt began and that did not become the target. */
    private void giveUpUpload(Entry entry, PartBook book) throws StoreException, LedgerException {
        FileKey key = entry.effect().targetKey();
        List<String> others = book.othersBefore();
        String token = book.token();
        if (others == null && token == null) {
            return;
        }
        for (String upload :
                token != null ? List.of(token) : retry.call(() -> move.target().uploads(key))) {
            if (others == null || !others.contains(upload)) {
                retry.call(() -> {
                    move.target().abort(key, upload);
                    return true;
                });
            }
        }
        book.forget();
    }

    private Ending write(Entry entry, Condition condition, Provenance provenance, PartBook book, LongAdder seen)
            throws IOException, InterruptedException {
        FileKey key = entry.effect().targetKey();
        ServerCopy copier = move.serverCopy();
        if (copier != null) {
            return serverCopy(copier, entry, condition, provenance, book, seen);
        }
        Sender.Sent sent;
        try (FileStore.Reading reading = retry.call(() -> move.source().read(entry.sourceKey(), 0, null))) {
            sent = sender.send(move.source(), reading, move.target(), key, condition, mark(entry), book, seen);
        }
        Outcome outcome = sent.outcome();
        if (outcome instanceof Outcome.Done done) {
            return prove(entry, sent.item(), sent.sha256(), done.evidence(), sent.composite(), provenance);
        } else if (outcome instanceof Outcome.Refused refused) {
            return refused(
                    entry,
                    condition,
                    refused,
                    new Contents.Read(sent.item().version(), sent.item().size(), sent.sha256()),
                    book,
                    seen);
        } else if (outcome instanceof Outcome.Failed failed) {
            throw failed.cause();
        }
        throw doubt(((Outcome.Unknown) outcome).cause());
    }

    private Ending refused(
            Entry entry,
            Condition condition,
            Outcome.Refused refused,
            Contents.@Nullable Read source,
            PartBook book,
            LongAdder seen)
            throws IOException, InterruptedException {
        FileKey key = entry.effect().targetKey();
        if (condition instanceof Condition.Unchanged) {
            throw new StoreException(
                    StoreException.Kind.CONFLICT,
                    "Cannot replace " + move.target().location().of(key)
                            + ": somebody else changes it at the same time. Let them finish, then: waybill run");
        }
        Item there = refused.found();
        FileItem found = there instanceof FileItem file && file.mark() != null ? file : find(key);
        if (found == null) {
            throw new StoreException(
                    StoreException.Kind.CONFLICT,
                    "Cannot write " + move.target().location().of(key)
                            + ": the store says that something stands there, and shows no file. If it is a folder, move"
                            + " it away or give the file another name; then: waybill run");
        }
        return meet(entry, found, source, book, seen);
    }

    /** Something stands at the target: ours or not, equal or not. */
    private Ending meet(Entry entry, FileItem found, Contents.@Nullable Read known, PartBook book, LongAdder seen)
            throws IOException, InterruptedException {
        boolean marked = mark(entry).equals(found.mark());
        Exists exists = move.move().exists();
        boolean earlierOurs = !marked && ownWork.isOurs(move, entry, found, () -> digestOf(found));
        Entry writer = marked || sharing == null ? null : sharing.writer(entry, found);
        boolean skips = !marked && !earlierOurs && exists == Exists.SKIP;
        if (skips && writer == null) {
            return skipped(entry);
        }
        long size = known != null ? known.size() : findSource(entry.sourceKey()).size();
        boolean equal = false;
        Contents.Read read = null;
        if (size == found.size()) {
            read = known != null
                    ? known
                    : retry.call(() -> Contents.digest(move.source(), entry.sourceKey(), null, bytes, seen));
            Digest there = digestOf(found);
            equal = read.sha256().equals(there);
        }
        if (equal && read != null) {
            Provenance provenance = marked ? provenance(book) : Provenance.UNKNOWN;
            return new Ending(
                    marked ? State.VERIFIED : State.SAME,
                    read.version().token(),
                    read.size(),
                    read.sha256(),
                    null,
                    null,
                    found.version(),
                    found.checksum(),
                    move.trusts(found.checksum()) && Checksum.SHA256.equals(algorithm(found)) ? "checksum" : "read",
                    provenance);
        }
        if (marked && isUntouched(entry, found)) {
            return write(entry, Condition.Unchanged.version(found.version()), provenance(book), book, seen);
        }
        // rows of units may name what stands there, whoever wrote it
        boolean replaces = move.move().isOfUnits()
                ? earlierOurs && unnamed != null && unnamed.test(entry)
                : exists == Exists.REPLACE || earlierOurs;
        if (sharing != null && (replaces || writer != null)) {
            Entry standing = sharing.standing(entry);
            if (standing != null) {
                return Ending.of(State.CONFLICT, entry, "CONFLICT", Sharing.reason(entry, standing));
            }
            replaces |= writer != null && isAsWritten(writer, found);
        }
        if (skips && !replaces) {
            return skipped(entry);
        }
        if (replaces) {
            keepImage(entry, found, book);
            return write(entry, Condition.Unchanged.version(found.version()), Provenance.REPLACED, book, seen);
        }
        return Ending.of(
                State.CONFLICT,
                entry,
                "CONFLICT",
                marked ? "target was changed since it was written; kept" : "target has other content; kept");
    }

    /** Whether nobody changed what an entry wrote. */
    private boolean isAsWritten(Entry writer, FileItem found) throws StoreException {
        return found.version().token().equals(writer.effect().version())
                || digestOf(found).equals(writer.digest());
    }

    private static Ending skipped(Entry entry) {
        return Ending.of(State.SKIPPED, entry, "EXISTS", "something stands at the target already; kept");
    }

    private static Provenance provenance(PartBook book) {
        return book.image() != null ? Provenance.REPLACED : Provenance.CREATED;
    }

    /**
     * Whether what carries our mark is what we wrote. In a bucket that is certain; in a tree a file keeps its mark when
     * somebody edits it, and then has another content or another time than we gave it.
     */
    private boolean isUntouched(Entry entry, FileItem found) throws StoreException {
        if (!move.target().isTree()) {
            return true;
        }
        Digest digest = entry.digest();
        return digest != null
                ? digest.equals(digestOf(found))
                : found.modified().toEpochMilli() == entry.modified();
    }

    /** Keeps what stands at the target, unless it is what an earlier attempt kept. Every image stays on the disk. */
    private void keepImage(Entry entry, FileItem found, PartBook book) throws StoreException, LedgerException {
        String before = book.image();
        if (before != null && images.isImageOf(before, move.target(), found, retry, bytes)) {
            return;
        }
        String image = images.keep(entry.id(), move.target(), found);
        Failpoint.reach("after-image-before-intent");
        book.kept(image);
    }

    private Ending serverCopy(
            ServerCopy copier, Entry entry, Condition condition, Provenance provenance, PartBook book, LongAdder seen)
            throws IOException, InterruptedException {
        FileItem item = findSource(entry.sourceKey());
        FileKey key = entry.effect().targetKey();
        Effect effect = Effect.put(
                key, new Content.FileContent(item.size(), null, null, item.attributes()), condition, mark(entry));
        requests.take(1);
        if (item.size() > copier.copiesAtOnce()) {
            // the store copies by an upload of its own; what is open later and was not before is ours to give up
            giveUpUpload(entry, book);
            book.opening(retry.call(() -> move.target().uploads(key)), 0);
        }
        Failpoint.reach("before-write");
        Outcome outcome = copier.copy(move.source(), item, effect);
        Failpoint.reach("after-write-before-evidence");
        if (outcome instanceof Outcome.Done done) {
            book.completed();
            return proveCopy(entry, item, done.evidence(), provenance, seen);
        } else if (outcome instanceof Outcome.Refused refused) {
            return refused(entry, condition, refused, null, book, seen);
        } else if (outcome instanceof Outcome.Failed failed) {
            throw failed.cause();
        }
        throw doubt(((Outcome.Unknown) outcome).cause());
    }

    /** A copy inside the service: equal checksums of both sides where those are honest, else both sides are read. */
    private Ending proveCopy(Entry entry, FileItem item, Evidence evidence, Provenance provenance, LongAdder seen)
            throws IOException {
        Verify verify = move.verify();
        Checksum there = evidence.checksum();
        if (verify == Verify.OFF) {
            return written(item, null, evidence, provenance);
        }
        if (verify == Verify.AUTO && there != null && there.equals(item.checksum()) && move.trusts(there)) {
            Digest sha256 = there.algorithm().equals(Checksum.SHA256) ? Digest.parse(there.value()) : null;
            return verified(item, sha256, evidence, "checksum", provenance);
        }
        Contents.Read read =
                retry.call(() -> Contents.digest(move.source(), entry.sourceKey(), item.version(), bytes, seen));
        return readBack(entry, item, read.sha256(), evidence, provenance);
    }

    private Ending prove(
            Entry entry,
            FileItem item,
            Digest sha256,
            Evidence evidence,
            @Nullable Checksum composite,
            Provenance provenance)
            throws IOException {
        Verify verify = move.verify();
        if (verify == Verify.OFF) {
            return written(item, sha256, evidence, provenance);
        }
        Checksum there = evidence.checksum();
        if (verify == Verify.AUTO && there != null && move.trusts(there)) {
            Checksum expected =
                    there.algorithm().equals(Checksum.SHA256) ? new Checksum(Checksum.SHA256, sha256.hex()) : composite;
            if (there.equals(expected)) {
                return verified(item, sha256, evidence, "checksum", provenance);
            }
            if (expected != null && there.algorithm().equals(expected.algorithm())) {
                throw corrupt(entry, "it computed " + there.value() + " where " + expected.value() + " was sent");
            }
        }
        return readBack(entry, item, sha256, evidence, provenance);
    }

    private Ending readBack(Entry entry, FileItem item, Digest sha256, Evidence evidence, Provenance provenance)
            throws IOException {
        Contents.Read back = retry.call(() ->
                Contents.digest(move.target(), entry.effect().targetKey(), evidence.version(), bytes, new LongAdder()));
        if (!back.sha256().equals(sha256)) {
            throw corrupt(entry, "reading back gave SHA-256 " + back.sha256() + " where " + sha256 + " was sent");
        }
        return verified(item, sha256, evidence, "read", provenance);
    }

    /** The target's content: by its own checksum where that is honest, else by reading it. */
    private Digest digestOf(FileItem found) throws StoreException {
        Checksum checksum = found.checksum();
        if (checksum != null
                && move.verify() == Verify.AUTO
                && checksum.algorithm().equals(Checksum.SHA256)
                && move.trusts(checksum)) {
            return Digest.parse(checksum.value());
        }
        return retry.call(() -> Contents.digest(move.target(), found.key(), found.version(), bytes, new LongAdder()))
                .sha256();
    }

    /** After the last attempt: removes what is ours and broken, and says why the entry failed. */
    private Ending giveUp(Entry entry, StoreException cause, boolean inDoubt, PartBook book)
            throws LedgerException, StoreTrouble {
        FileKey key = entry.effect().targetKey();
        if (cause.isStoreWide()) {
            throw new StoreTrouble(entry, cause);
        }
        StringBuilder reason = new StringBuilder(cause.getMessage());
        try {
            String token = book.token();
            if (token != null) {
                retry.call(() -> {
                    move.target().abort(key, token);
                    return true;
                });
                book.forget();
            }
            FileItem left = inDoubt ? find(key) : null;
            if (left != null && mark(entry).equals(left.mark()) && book.image() == null && isUntouched(entry, left)) {
                List<Outcome> outcomes = move.target()
                        .apply(List.of(Effect.remove(key, Condition.Unchanged.version(left.version()), mark(entry))));
                reason.append(
                        outcomes.get(0) instanceof Outcome.Done
                                ? " What was written of it was removed."
                                : " What was written of it stands there still.");
            }
        } catch (StoreException e) {
            reason.append(" What was written of it may stand there still: ").append(e.getMessage());
        }
        return Ending.of(State.FAILED, entry, cause.kind().name(), reason.toString());
    }

    private @Nullable FileItem find(FileKey key) throws StoreException {
        requests.take(1);
        return (FileItem) retry.call(() -> move.target().find(List.of(key))).get(key);
    }

    private FileItem findSource(FileKey key) throws StoreException {
        Item item = retry.call(() -> move.source().find(List.of(key))).get(key);
        if (item instanceof FileItem file) {
            return file;
        }
        throw new StoreException(
                StoreException.Kind.NOT_FOUND,
                "Cannot read " + move.source().location().of(key)
                        + ": it is gone since it was listed. Put it back, or run again to list anew: waybill run");
    }

    private static Ending written(FileItem item, @Nullable Digest sha256, Evidence evidence, Provenance provenance) {
        return ending(State.WRITTEN, item, sha256, evidence, null, provenance);
    }

    private static Ending verified(
            FileItem item, @Nullable Digest sha256, Evidence evidence, String proof, Provenance provenance) {
        return ending(State.VERIFIED, item, sha256, evidence, proof, provenance);
    }

    private static Ending ending(
            State state,
            FileItem item,
            @Nullable Digest sha256,
            Evidence evidence,
            @Nullable String proof,
            Provenance provenance) {
        return new Ending(
                state,
                item.version().token(),
                item.size(),
                sha256,
                null,
                null,
                evidence.version(),
                evidence.checksum(),
                proof,
                provenance);
    }

    private StoreException corrupt(Entry entry, String how) {
        return new StoreException(
                StoreException.Kind.CORRUPT,
                "Cannot verify " + move.target().location().of(entry.effect().targetKey()) + ": " + how
                        + ". The store changed the bytes. Check the store, then: waybill run --failed");
    }

    private static StoreException doubt(StoreException cause) {
        return new StoreException(StoreException.Kind.UNKNOWN_OUTCOME, cause.getMessage(), cause, cause.retryAfter());
    }

    private static String algorithm(FileItem item) {
        Checksum checksum = item.checksum();
        return checksum == null ? "" : checksum.algorithm();
    }

    private String mark(Entry entry) {
        return ledger.series() + "/" + entry.id();
    }
}
