package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.State;
import io.waybill.ledger.Verifications;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Collects the verdicts of one verification and keeps them in the ledger. Safe for use by many threads. */
final class Verdicts {
    private final Ledger ledger;
    private final InstantSource clock;
    private final LedgerReader.VerificationLine begun;
    private final LongAdder same = new LongAdder();
    private final LongAdder different = new LongAdder();
    private final LongAdder missing = new LongAdder();
    private final LongAdder extra = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder readBack = new LongAdder();
    private final LongAdder conflicts = new LongAdder();
    private final LongAdder changedSources = new LongAdder();

    Verdicts(Ledger ledger, InstantSource clock, LedgerReader.VerificationLine begun) {
        this.ledger = ledger;
        this.clock = clock;
        this.begun = begun;
    }

    void same(long size, boolean read) {
        same.increment();
        if (read) {
            readBack.increment();
            bytes.add(size);
        }
    }

    void different(Entry entry, String detail) {
        different.increment();
        if (entry.state() == State.CONFLICT) {
            conflicts.increment();
        }
        keep(entry, entry.effect().target(), "different", detail);
    }

    void missing(Entry entry, String detail) {
        missing.increment();
        String target = entry.effect().target();
        keep(entry, target.isEmpty() && entry.row() != null ? entry.display() : target, "missing", detail);
    }

    /** A row that was told of a file and is not as it should be. */
    void row(Entry entry, String key, String verdict, String detail) {
        (verdict.equals("missing") ? missing : different).increment();
        keep(entry, key, verdict, detail);
    }

    void extra(String key) {
        extra.increment();
        keep(null, key, "extra", "no entry of the ledger knows it");
    }

    void sourceChanged() {
        changedSources.increment();
    }

    /** Rows of a batch. */
    void rows(Entry entry, RowBlock block, RowPlan plan, TableStore target, Retry retry) throws StoreException {
        List<@Nullable RowVerdict> verdicts = RowVerdict.of(plan, target, block, retry);
        for (int i = 0; i < block.lines().size(); i++) {
            RowBlock.Line line = block.lines().get(i);
            RowVerdict verdict = verdicts.get(i);
            if (verdict == RowVerdict.SAME) {
                same.increment();
                readBack.increment();
                continue;
            }
            String key = line.target().names().isEmpty()
                    ? plan.sourceKey(line.source()).display()
                    : plan.targetKey(line.table(), line.target()).display();
            if (verdict == RowVerdict.MISSING) {
                missing.increment();
                keep(entry, key, "missing", "the row is not there");
            } else if (verdict == RowVerdict.DIFFERENT) {
                different.increment();
                keep(entry, key, "different", "the row has other content than was written");
            } else if (line.state() == State.CONFLICT) {
                different.increment();
                conflicts.increment();
                keep(entry, key, "different", "conflict, kept");
            } else if (line.state().needsYou()) {
                missing.increment();
                keep(entry, key, "missing", String.valueOf(line.reason()));
            }
        }
    }

    private void keep(@Nullable Entry entry, String key, String verdict, String detail) {
        Long id = entry == null ? null : entry.id();
        CompletableFuture<Boolean> unused =
                ledger.changeLater(tx -> Verifications.verdict(tx, begun.id(), id, key, verdict, detail));
    }

    /** Everything up to this entry has its verdict; an interrupted verification goes on after it, with the sums of now. */
    void reached(long entry) {
        Verifications.Sums sums = sums();
        CompletableFuture<Boolean> unused =
                ledger.changeLater(tx -> Verifications.reached(tx, begun.id(), entry, sums));
    }

    private Verifications.Sums sums() {
        return new Verifications.Sums(
                begun.same() + same.sum(),
                begun.different() + different.sum(),
                begun.missing() + missing.sum(),
                begun.extra() + extra.sum(),
                begun.bytes() + bytes.sum());
    }

    /** Ends the verification. What was found since the last position is reported, but kept only of a complete one. */
    VerifyReport end(boolean complete, long millis) throws LedgerException {
        Verifications.Sums sums = sums();
        long now = clock.millis();
        ledger.change(tx -> {
            if (complete) {
                Verifications.finish(tx, begun.id(), sums, now);
            } else {
                Verifications.stop(tx, begun.id(), now);
            }
        });
        return new VerifyReport(
                begun.id(),
                sums.same(),
                sums.different(),
                sums.missing(),
                sums.extra(),
                sums.bytes(),
                readBack.sum(),
                conflicts.sum(),
                changedSources.sum(),
                millis,
                complete);
    }
}
