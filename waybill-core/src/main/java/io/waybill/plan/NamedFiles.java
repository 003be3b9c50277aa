package io.waybill.plan;

import io.waybill.mapping.FileNames;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.value.Row;
import io.waybill.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * Which file a row of a move names, whether it is wanted, where it goes, and in which group it counts. Depends on nothing
 * but the plan, the row and the file. Immutable and safe for use by many threads.
 */
public final class NamedFiles {
    private final Move move;
    private final Each each;
    private final Names names;
    /** What the target sees. */
    private final Names namesMade;

    private final boolean whereNeedsFile;

    private NamedFiles(Move move, Each each, Names names, Names namesMade) {
        this.move = move;
        this.each = each;
        this.names = names;
        this.namesMade = namesMade;
        this.whereNeedsFile = move.where() != null
                && move.where().uses().stream().anyMatch(use -> use.equals("file") || use.startsWith("file."));
    }

    /** The files of a move whose items are rows that name them. */
    public static NamedFiles of(Plan plan, Move move) {
        Each each = move.each();
        if (each == null) {
            throw new IllegalArgumentException("the files of move " + move.name() + " are not named by rows");
        }
        Names names = Names.of(plan.namespace()).with("vars", plan.vars());
        return new NamedFiles(move, each, names, names);
    }

    /**
     * The same for rows that belong to a root row.
     *
     * @param read the root as it was read
     * @param made the root as it will stand at the target
     */
    public NamedFiles ofRoot(Row read, Row made) {
        return new NamedFiles(move, each, names.with("root", read), namesMade.with("root", made));
    }

    /** Whether a row names a folder, of which all goes that stands below. */
    public boolean isFolder(Row row) throws MappingException {
        return each.folder() != null && each.folder().test(names.with("row", row));
    }

    /**
     * The file that a row names; a folder has a slash at its end.
     *
     * @throws MappingException when it names none, or one outside of the store's root
     */
    public FileKey source(Row row) throws MappingException {
        String path = each.path().text(names.with("row", row));
        String objection = Route.objection(path);
        if (!objection.isEmpty()) {
            throw new MappingException(0, "its path \"" + path + "\" " + objection, null);
        }
        return new FileKey(isFolder(row) && !path.endsWith("/") ? path + "/" : path);
    }

    /** Whether a row names a file at all: nothing that makes its path is missing or null. */
    public boolean isNamedBy(Row row) throws MappingException {
        Value path = each.path().value(names.with("row", row));
        return path != null && !(path instanceof Value.Null);
    }

    /** Whether {@code where} takes a row whose file is not there; of a condition on the file, it does. */
    public boolean wants(Row row) throws MappingException {
        return move.where() == null || whereNeedsFile || move.where().test(names.with("row", row));
    }

    /** Whether {@code where} takes a row with its file. */
    public boolean wants(Row row, FileItem file) throws MappingException {
        return move.where() == null || move.where().test(seeing(names, row, file));
    }

    /**
     * The key of the file at the target.
     *
     * @throws MappingException when the template gives none
     */
    public FileKey target(Row row, FileItem file) throws MappingException {
        return target(row, row, file);
    }

    /**
     * The same for a row that changes on its way.
     *
     * @param read as it was read; it tells which file it names
     * @param made as it will stand at the target; it tells where the file goes
     */
    public FileKey target(Row read, Row made, FileItem file) throws MappingException {
        String path = move.to().path().text(seeing(namesMade, made, file));
        String key = move.to().isFolder() ? path + file.key().path() : path;
        if (!move.to().isFolder() && !move.to().path().uses("file") && isFolder(read)) {
            String below = file.key().path().substring(source(read).path().length());
            key = (path.endsWith("/") ? path : path + "/") + below;
        }
        if (key.isEmpty()) {
            throw new MappingException(0, "the key is empty", null);
        }
        return new FileKey(key);
    }

    /** The group in which a row counts; {@code file} is null when its file is not there. */
    public String group(Row row, @Nullable FileItem file) throws MappingException {
        if (move.group() == null) {
            return each.rows().path();
        }
        return move.group().text(file == null ? names.with("row", row) : seeing(names, row, file));
    }

    private static Names seeing(Names names, Row row, FileItem file) {
        return names.with("row", row).with("file", FileNames.of(file, file.key().path()));
    }
}
