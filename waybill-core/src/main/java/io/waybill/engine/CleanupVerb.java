package io.waybill.engine;

import io.waybill.ledger.Effects;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.Move;
import io.waybill.store.Abilities;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The verb cleanup: removes what the ledger knows to be ours and nobody needs any more. */
final class CleanupVerb {
    private final Setup setup;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Stores stores;

    CleanupVerb(Setup setup, Ledger ledger, LedgerReader reader, Stores stores) {
        this.setup = setup;
        this.ledger = ledger;
        this.reader = reader;
        this.stores = stores;
    }

    CleanupReport cleanup(boolean preview) throws StoreException, LedgerException {
        List<String> lines = new ArrayList<>();
        Images images = Images.of(setup);
        for (Move move : setup.plan().moves()) {
            if (!move.rows()) {
                files(move, images, preview, lines);
            }
        }
        return new CleanupReport(preview, lines);
    }

    private void files(Move move, Images images, boolean preview, List<String> lines)
            throws StoreException, LedgerException {
        FileStore target = stores.files(move.to().store());
        FileStore source = stores.files(move.from().get(0).store());
        Retry retry = new Retry(move.limits().retries(), new Live(), new Stop());
        int id = reader.moves().stream()
                .filter(line -> line.name().equals(move.name()))
                .map(LedgerReader.MoveLine::id)
                .findFirst()
                .orElse(-1);
        FileMove files = new FileMove(id, move, source, target, Abilities.NONE);
        List<StoreException> trouble = new ArrayList<>();
        Set<Integer> abandoned = reader.runs().stream()
                .filter(run -> run.state().equals("abandoned"))
                .map(run -> run.id())
                .collect(Collectors.toSet());
        reader.entries(Selector.ALL, 0, entry -> {
            boolean over = !entry.state().isOpen() || abandoned.contains(entry.run());
            if (over && entry.move() == id && !entry.isRows()) {
                try {
                    upload(files, entry, retry, preview, lines);
                    image(entry, images, preview, lines);
                } catch (StoreException e) {
                    trouble.add(e);
                }
            }
            return trouble.isEmpty();
        });
        if (!trouble.isEmpty()) {
            throw trouble.get(0);
        }
    }

    private void upload(FileMove files, Entry entry, Retry retry, boolean preview, List<String> lines)
            throws StoreException, LedgerException {
        if (entry.effect().upload() == null) {
            return;
        }
        lines.add("unfinished upload of "
                + files.target().location().of(entry.effect().targetKey()));
        if (!preview) {
            Pace free = new Pace(0);
            Sender none = new Sender(new Buffers(1 << 20), retry, free, free, Runnable::run, new Stop());
            new Undo(files, ledger, retry, free, Images.of(setup), none).abortUpload(entry);
        }
    }

    private void image(Entry entry, Images images, boolean preview, List<String> lines) throws LedgerException {
        String image = entry.effect().image();
        if (image == null || entry.state() != State.UNDONE) {
            return;
        }
        lines.add("before-image of " + entry.effect().targetKey().display() + ", which was rolled back");
        if (!preview) {
            try {
                images.remove(image);
            } catch (IOException e) {
                throw new LedgerException(
                        LedgerException.Kind.UNAVAILABLE, "Cannot remove a before-image: " + e.getMessage() + ".", e);
            }
            ledger.change(tx -> Effects.dropImage(tx, entry.id()));
        }
    }
}
