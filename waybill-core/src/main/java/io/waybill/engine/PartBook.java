package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.store.FileStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's account of one upload in parts: its token, its part size and the parts that the store has, so that another
 * process can go on. Before an upload is begun, the uploads that others have open on the same key are written down; what is
 * open after a crash and not among them is ours.
 */
final class PartBook {
    private static final String OPENING = "?";

    private final Ledger ledger;
    private final long entry;
    private @Nullable String upload;
    private long partSize;
    private final List<CompletableFuture<Boolean>> pending = new ArrayList<>();

    PartBook(Ledger ledger, Entry entry) {
        this.ledger = ledger;
        this.entry = entry.id();
        this.upload = entry.effect().upload();
        this.partSize = entry.effect().partSize();
    }

    /** The token of the open upload, or null when none was begun or its beginning is in doubt. */
    @Nullable
    String token() {
        return upload == null || upload.startsWith(OPENING) ? null : upload;
    }

    /** Of an upload whose beginning is in doubt: the uploads that were open before; else null. */
    @Nullable
    List<String> othersBefore() {
        if (upload == null || !upload.startsWith(OPENING)) {
            return null;
        }
        return Arrays.asList(upload.substring(1).split("\n", -1));
    }

    long partSize() {
        return partSize;
    }

    List<FileStore.Part> parts() throws LedgerException {
        return ledger.write(tx -> Entries.parts(tx, entry));
    }

    void opening(List<String> others, long size) throws LedgerException {
        set(OPENING + String.join("\n", others), size);
    }

    void opened(String token) throws LedgerException {
        set(token, partSize);
    }

    void forget() throws LedgerException {
        pending.clear();
        upload = null;
        partSize = 0;
        ledger.write(tx -> {
            Entries.upload(tx, entry, null, 0);
            return true;
        });
    }

    private void set(String token, long size) throws LedgerException {
        upload = token;
        partSize = size;
        ledger.write(tx -> {
            Entries.upload(tx, entry, token, size);
            return true;
        });
    }

    synchronized void sent(FileStore.Part part) {
        pending.add(ledger.submit(tx -> {
            Entries.part(tx, entry, part);
            return true;
        }));
    }

    /** Waits until everything said of parts is durable. */
    synchronized void sync() throws LedgerException {
        for (CompletableFuture<Boolean> change : pending) {
            Ledger.await(change);
        }
        pending.clear();
    }
}
