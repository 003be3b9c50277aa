package io.waybill.engine;

import io.waybill.ledger.Effects;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.State;
import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.Outcome;
import io.waybill.store.Provenance;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decides about and undoes the effect of one file entry. Removes only what we created, what is still ours, and whose source is
 * still there with the same content; restores what we replaced; says why it keeps the rest. Safe for use by many threads.
 */
final class Undo {
    private final FileMove move;
    private final Ledger ledger;
    private final Retry retry;
    private final Pace bytes;
    private final Images images;
    private final Sender sender;

    Undo(FileMove move, Ledger ledger, Retry retry, Pace bytes, Images images, Sender sender) {
        this.move = move;
        this.ledger = ledger;
        this.retry = retry;
        this.bytes = bytes;
        this.images = images;
        this.sender = sender;
    }

    /** What is to be done about an entry. */
    enum Step {
        /** Nothing of ours stands there. */
        UNTOUCHED,
        REMOVE,
        RESTORE,
        KEEP,
        /** It is as before already. */
        DONE
    }

    /**
     * A decision: with the target item that it is about, and the reason for keeping.
     *
     * @param sourceRemoved whether the run removed the source, so that it must be put back first
     */
    record Decision(
            Step step, @Nullable FileItem found, @Nullable String reason, boolean sourceRemoved) {
        static Decision of(Step step) {
            return new Decision(step, null, null, false);
        }

        static Decision keep(String reason) {
            return new Decision(Step.KEEP, null, reason, false);
        }

        /** What was done when it was carried out, for the history. */
        String did() {
            String target =
                    switch (step) {
                        case REMOVE -> "the target was removed";
                        case RESTORE -> "the target is what it was before";
                        default -> "the target was as before already";
                    };
            return sourceRemoved ? target + ", and the source is back" : target;
        }

        /** Keeps what is ours. */
        static Decision keep(FileItem ours, String reason) {
            return new Decision(Step.KEEP, ours, reason, false);
        }
    }

    /** Looks at both ends and decides; changes nothing. */
    Decision decide(Entry entry) throws StoreException, LedgerException {
        State state = entry.state();
        boolean undoing = state == State.UNDOING;
        // of a failed entry the mark tells whether something of it stands there
        boolean inDoubt = state == State.WRITING || state == State.FAILED;
        boolean wrote = state == State.WRITTEN || state == State.VERIFIED || state == State.KEPT;
        Provenance provenance = entry.effect().provenance();
        if (!inDoubt && (!(undoing || wrote) || provenance == null || provenance == Provenance.UNKNOWN)) {
            return Decision.of(Step.UNTOUCHED);
        }
        if (entry.effect().target().isEmpty()) {
            return Decision.of(Step.UNTOUCHED); // the plan found no place for it
        }
        if (entry.effect().targetHash() != move.targetHash(entry.effect().target())) {
            return Decision.keep("it was written to another store than this plan names");
        }
        FileKey key = entry.effect().targetKey();
        FileItem found =
                (FileItem) retry.call(() -> move.target().find(List.of(key))).get(key);
        String image = entry.effect().image();
        if (found == null) {
            return image == null
                    ? Decision.of(inDoubt ? Step.UNTOUCHED : Step.DONE)
                    : Decision.keep("somebody removed the target since, so what it replaced was not put back");
        }
        if (inDoubt && !mark(entry).equals(found.mark())) {
            return Decision.of(Step.UNTOUCHED);
        }
        if (inDoubt && move.target().isTree() && !isWhatWeWrote(entry, found)) {
            // a file keeps its mark when somebody edits it
            return Decision.keep("the target has our mark and not the content that was moved");
        }
        if (!inDoubt && !isOurs(entry, found)) {
            if (undoing && image != null && images.isImageOf(image, move.target(), found, retry, bytes)) {
                return Decision.of(Step.DONE);
            }
            return Decision.keep("the target was changed by somebody else since");
        }
        String source = sourceTrouble(entry);
        if (!source.isEmpty()) {
            return Decision.keep(found, source);
        }
        return new Decision(image == null ? Step.REMOVE : Step.RESTORE, found, null, weRemovedSource(entry));
    }

    private boolean isOurs(Entry entry, FileItem found) throws StoreException {
        if (found.version().token().equals(entry.effect().version())) {
            return true;
        }
        Digest digest = entry.digest();
        if (digest == null || found.size() != entry.size()) {
            return false;
        }
        return retry.call(() -> Contents.digest(move.target(), found.key(), found.version(), bytes, new LongAdder()))
                .sha256()
                .equals(digest);
    }

    /** By the digest, where there is one, else by the source. */
    private boolean isWhatWeWrote(Entry entry, FileItem found) throws StoreException {
        if (entry.digest() != null) {
            return isOurs(entry, found);
        }
        FileKey key = entry.sourceKey();
        if (!(retry.call(() -> move.source().find(List.of(key))).get(key) instanceof FileItem source)
                || source.size() != found.size()) {
            return false;
        }
        Digest there = retry.call(
                        () -> Contents.digest(move.target(), found.key(), found.version(), bytes, new LongAdder()))
                .sha256();
        return retry.call(() -> Contents.digest(move.source(), key, null, bytes, new LongAdder()))
                .sha256()
                .equals(there);
    }

    /** Why the source, read to its end, is not what was moved; null when it is, or when the run removed it. */
    @Nullable
    String sourceDiffers(Entry entry, @Nullable FileItem found) throws StoreException, LedgerException {
        if (weRemovedSource(entry)) {
            return null;
        }
        Digest wanted = entry.digest();
        if (wanted == null && found != null) {
            wanted = retry.call(
                            () -> Contents.digest(move.target(), found.key(), found.version(), bytes, new LongAdder()))
                    .sha256();
        }
        Digest there = retry.call(() -> Contents.digest(move.source(), entry.sourceKey(), null, bytes, new LongAdder()))
                .sha256();
        return there.equals(wanted)
                ? null
                : "its source has other content than was moved, so this is the only copy of that";
    }

    private String sourceTrouble(Entry entry) throws StoreException, LedgerException {
        FileKey key = entry.sourceKey();
        Item item = retry.call(() -> move.source().find(List.of(key))).get(key);
        if (!(item instanceof FileItem source)) {
            return weRemovedSource(entry) ? "" : "its source is gone, so this is the only copy";
        }
        if (source.version().token().equals(entry.sourceVersion())) {
            return "";
        }
        Digest digest = entry.digest();
        if (digest != null && source.size() == entry.size()) {
            Contents.Read read = retry.call(() -> Contents.digest(move.source(), key, null, bytes, new LongAdder()));
            if (read.sha256().equals(digest)) {
                return "";
            }
        }
        return "its source has other content now, so this is the only copy of what was moved";
    }

    /** Whether the plan had this source deleted after its copy was proven. */
    private boolean weRemovedSource(Entry entry) throws LedgerException {
        return ledger.write(tx -> Effects.hasRemoval(tx, entry.id()));
    }

    /** Puts a source back that the run removed, from its copy, and reads it back. */
    private void putSourceBack(Entry entry, FileItem found, PartBook book) throws IOException, InterruptedException {
        FileKey key = entry.sourceKey();
        Item there = retry.call(() -> move.source().find(List.of(key))).get(key);
        if (there == null) {
            Outcome outcome;
            try (FileStore.Reading copy = retry.call(() -> move.target().read(found.key(), 0, found.version()))) {
                outcome = sender.send(
                                move.target(),
                                copy,
                                move.source(),
                                key,
                                Condition.ABSENT,
                                mark(entry),
                                book,
                                new LongAdder())
                        .outcome();
            }
            if (outcome instanceof Outcome.Failed failed) {
                throw failed.cause();
            } else if (outcome instanceof Outcome.Unknown unknown) {
                throw new StoreException(
                        StoreException.Kind.UNKNOWN_OUTCOME, unknown.cause().getMessage(), unknown.cause());
            }
        }
        Digest back = Contents.digest(move.source(), key, null, bytes, new LongAdder())
                .sha256();
        if (!back.equals(entry.digest())) {
            throw new StoreException(
                    StoreException.Kind.CORRUPT,
                    "Cannot put " + move.source().location().of(key)
                            + " back: what stands there is not what was moved. Its copy was kept.");
        }
    }

    /** Carries out a decision whose intent is recorded; answers null when it is undone, else the reason for keeping. */
    @Nullable
    String carryOut(Entry entry, Decision decided) throws IOException, InterruptedException {
        Decision decision = decided;
        // what an earlier attempt left open was given up before
        PartBook back = PartBook.forSource(ledger, entry);
        PartBook book = PartBook.forTarget(ledger, entry);
        for (int attempt = 1; ; attempt++) {
            try {
                return once(entry, decision, back, book);
            } catch (StoreException e) {
                if (attempt > retry.retries()
                        || !(e.isTransient() || e.kind() == StoreException.Kind.UNKNOWN_OUTCOME)) {
                    throw e;
                }
                retry.pause(attempt, e);
                decision = decide(entry);
            }
        }
    }

    private @Nullable String once(Entry entry, Decision decision, PartBook back, PartBook book)
            throws IOException, InterruptedException {
        FileItem found = decision.found();
        if (decision.step() == Step.DONE || decision.step() == Step.UNTOUCHED) {
            return null;
        } else if (decision.step() == Step.KEEP || found == null) {
            return String.valueOf(decision.reason());
        }
        Condition unchanged = new Condition.Unchanged(found.version(), entry.digest(), null, List.of());
        Failpoint.reach("before-undo");
        if (weRemovedSource(entry)) {
            putSourceBack(entry, found, back);
        }
        Outcome outcome;
        if (decision.step() == Step.REMOVE) {
            outcome = move.target()
                    .apply(List.of(Effect.remove(found.key(), unchanged, mark(entry))))
                    .get(0);
        } else {
            String image = java.util.Objects.requireNonNull(entry.effect().image());
            try (FileStore.Reading before = images.open(image, found.key())) {
                outcome = sender.send(
                                move.target(),
                                before,
                                move.target(),
                                found.key(),
                                unchanged,
                                // in a tree the mark names the temporary file; elsewhere it would stay with the object
                                move.target().isTree() ? mark(entry) : "",
                                book,
                                new LongAdder())
                        .outcome();
            }
        }
        Failpoint.reach("after-undo-before-evidence");
        if (outcome instanceof Outcome.Done) {
            return null;
        } else if (outcome instanceof Outcome.Refused) {
            return "the target was changed by somebody else just now";
        } else if (outcome instanceof Outcome.Failed failed) {
            throw failed.cause();
        }
        StoreException cause = ((Outcome.Unknown) outcome).cause();
        throw new StoreException(StoreException.Kind.UNKNOWN_OUTCOME, cause.getMessage(), cause);
    }

    /** Removes the temporary files that an interrupted attempt left beside the target; answers the decision as it is then. */
    Decision tidy(Entry entry, Decision decision) throws StoreException {
        FileKey key = entry.effect().targetKey();
        Leftovers.remove(move.target(), key, mark(entry), null, retry);
        if (decision.found() == null || !move.target().isTree()) {
            return decision;
        }
        FileItem found =
                (FileItem) retry.call(() -> move.target().find(List.of(key))).get(key);
        return found == null
                ? Decision.of(Step.DONE)
                : new Decision(decision.step(), found, decision.reason(), decision.sourceRemoved());
    }

    /** Gives up an upload that an interrupted attempt left open. */
    void abortUpload(Entry entry) throws StoreException, LedgerException {
        PartBook book = new PartBook(ledger, entry);
        FileStore store = book.isAtSource() ? move.source() : move.target();
        FileKey key = book.isAtSource() ? entry.sourceKey() : entry.effect().targetKey();
        List<String> others = book.othersBefore();
        if (others != null) {
            for (String upload : retry.call(() -> store.uploads(key))) {
                if (!others.contains(upload)) {
                    abort(store, key, upload);
                }
            }
            book.forget();
        }
        String token = book.token();
        if (token != null) {
            abort(store, key, token);
            book.forget();
        }
    }

    private void abort(FileStore store, FileKey key, String upload) throws StoreException {
        retry.call(() -> {
            store.abort(key, upload);
            return true;
        });
    }

    private String mark(Entry entry) {
        return ledger.series() + "/" + entry.id();
    }
}
