package io.waybill.table;

import io.waybill.store.Condition;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.security.MessageDigest;
import java.util.NavigableMap;

/**
 * Brings the parts of a table into its file. A marker with the size and the digest of the new file is written first, so that
 * at any moment it can be told whether the file holds the parts already; then the file, under a condition; then the parts are
 * removed, the marker last. Whatever is left half done, doing it again goes on.
 */
final class Finish {
    private final TableFile table;
    private final String path;
    private final FileWriter writer;

    Finish(TableFile table, String path) {
        this.table = table;
        this.path = path;
        this.writer = new FileWriter(table.files());
    }

    void run() throws StoreException {
        Layout layout = Layout.load(table, path);
        Marker marker = layout.marker();
        if (marker != null) {
            writer.abandon(new FileKey(path));
            if (!layout.parts().headMap(marker.parts(), true).isEmpty()) {
                // The file was not written: the parts count still.
                writer.remove(Parts.marker(path));
            } else {
                removeParts(marker.parts());
                writer.remove(Parts.marker(path));
            }
            layout = Layout.load(table, path);
        }
        if (!layout.parts().isEmpty()) {
            write(layout);
        }
    }

    private void write(Layout layout) throws StoreException {
        WholeTable whole = new WholeTable(table, layout);
        MessageDigest sha256 = Digest.newSha256();
        long[] size = new long[1];
        boolean rows = whole.write((bytes, start, end) -> {
            sha256.update(bytes, start, end - start);
            size[0] += end - start;
        });
        FileItem main = layout.main();
        if (main == null && !rows) {
            removeParts(layout.last());
            return;
        }
        Digest digest = Digest.of(sha256.digest());
        String before = main == null ? null : main.version().token();
        Marker marker = new Marker(Version.NONE, layout.last(), before, size[0], digest);
        require(writer.write(Parts.marker(path), Condition.ABSENT, marker.bytes()));
        Condition condition = main == null ? Condition.ABSENT : Condition.Unchanged.version(main.version());
        require(writer.write(new FileKey(path), condition, size[0], digest, whole::write));
        removeParts(layout.last());
        writer.remove(Parts.marker(path));
    }

    private void require(Outcome outcome) throws StoreException {
        if (outcome instanceof Outcome.Failed failed) {
            throw failed.cause();
        } else if (outcome instanceof Outcome.Unknown unknown) {
            throw unknown.cause();
        } else if (outcome instanceof Outcome.Refused) {
            throw new StoreException(
                    Kind.CONFLICT,
                    "Cannot write " + table.files().location().of(new FileKey(path))
                            + ": somebody else changed it meanwhile. Let nobody write to it, and run it again.");
        }
    }

    /** Removes the parts up to a number, the oldest first, so that what is left is never more than what was. */
    private void removeParts(long upto) throws StoreException {
        NavigableMap<Long, FileItem> parts = Layout.list(table, path);
        for (FileItem part : parts.headMap(upto, true).values()) {
            writer.remove(part.key());
        }
    }
}
