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
 * What the ledger has of an entry under way: its before-image, and the account of an upload in parts: its token, its part size and the parts that the store has, so that another
 * process can go on. Before an upload is begun, the uploads that others have open on the same key are written down; what is
 * open after a crash and not among them is ours. A rollback that puts a removed source back uploads to the source's store; the
 * account says so, so that nothing is ever given up in the other store.
 */
final class PartBook {
    private static final String OPENING = "?";
    private static final String AT_SOURCE = "<";

    private final Ledger ledger;
    private final long entry;
    private final boolean atSource;
    private @Nullable String image;
    private @Nullable String upload;
    private long partSize;
    private final List<CompletableFuture<Boolean>> pending = new ArrayList<>();

    /** What is known of the entry's upload. */
    PartBook(Ledger ledger, Entry entry) {
        this.ledger = ledger;
        this.entry = entry.id();
        this.image = entry.effect().image();
        String known = entry.effect().upload();
        this.atSource = known != null && known.startsWith(AT_SOURCE);
        this.upload = known == null || !atSource ? known : known.substring(AT_SOURCE.length());
        this.partSize = entry.effect().partSize();
    }

    private PartBook(Ledger ledger, long entry, boolean atSource) {
        this.ledger = ledger;
        this.entry = entry;
        this.atSource = atSource;
    }

    /** An empty one, for an upload to the entry's target. */
    static PartBook forTarget(Ledger ledger, Entry entry) {
        return new PartBook(ledger, entry.id(), false);
    }

    /** An empty one, for an upload that puts the entry's source back. */
    static PartBook forSource(Ledger ledger, Entry entry) {
        return new PartBook(ledger, entry.id(), true);
    }

    /** The before-image, as the ledger names it; null when none was kept. */
    @Nullable
    String image() {
        return image;
    }

    void kept(String name) throws LedgerException {
        image = name;
        ledger.change(tx -> Entries.image(tx, entry, name));
    }

    boolean isAtSource() {
        return atSource;
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

    /** The upload became the target; the ledger forgets it when the entry ends. */
    void completed() {
        upload = null;
    }

    void forget() throws LedgerException {
        pending.clear();
        upload = null;
        partSize = 0;
        ledger.change(tx -> Entries.upload(tx, entry, null, 0));
    }

    private void set(String token, long size) throws LedgerException {
        upload = token;
        partSize = size;
        ledger.change(tx -> Entries.upload(tx, entry, atSource ? AT_SOURCE + token : token, size));
    }

    synchronized void sent(FileStore.Part part) {
        pending.add(ledger.changeLater(tx -> Entries.part(tx, entry, part)));
    }

    /** Waits until everything said of parts is durable. */
    synchronized void sync() throws LedgerException {
        for (CompletableFuture<Boolean> change : pending) {
            Ledger.await(change);
        }
        pending.clear();
    }
}
