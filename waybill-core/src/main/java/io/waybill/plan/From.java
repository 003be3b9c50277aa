package io.waybill.plan;

import io.waybill.store.FileKey;
import io.waybill.store.Selection;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code from}: a folder, a file, a pattern or a table of a store, or what a statement on it gives.
 *
 * @param store its name in the plan
 * @param path in the store; a folder ends in a slash or is empty (the whole store), a pattern has a star. Of a statement, what
 *     its rows are called
 * @param query the statement, or null
 */
public record From(String store, String path, @Nullable String query) {
    /** A place in a store. */
    public From(String store, String path) {
        this(store, path, null);
    }

    /** What an entry names, as far as its text tells. */
    public enum Kind {
        FOLDER,
        PATTERN,
        /** One file, or a table. */
        ONE
    }

    public Kind kind() {
        if (query != null) {
            return Kind.ONE;
        } else if (path.isEmpty() || path.endsWith("/")) {
            return Kind.FOLDER;
        }
        return Glob.isPattern(path) ? Kind.PATTERN : Kind.ONE;
    }

    /** The group of its items, unless {@code group:} says another: the path without its last slash, or the store's name. */
    public String group() {
        if (path.isEmpty()) {
            return store;
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** What is listed or read for it: of a pattern, the folder below which everything that can match stands. */
    public Selection selection() {
        return Selection.all(kind() == Kind.PATTERN ? Glob.base(path) : path);
    }

    /** The part of a file's path that counts as below this entry: of one file, its name. */
    public String below(FileKey key) {
        String base = selection().collection();
        return kind() == Kind.ONE ? key.name() : key.path().substring(base.length());
    }

    /** A test for the files that belong to this entry; never those of a sibling whose name merely begins the same. */
    Takes takes() {
        return switch (kind()) {
            case FOLDER -> key -> key.path().startsWith(path);
            case ONE -> key -> key.path().equals(path);
            case PATTERN -> {
                Glob glob = new Glob(path);
                yield key -> glob.matches(key.path());
            }
        };
    }

    /** Whether a file belongs to an entry. */
    interface Takes {
        boolean test(FileKey key);
    }

    /** As it stands in a plan; of a statement, in short. */
    public String text() {
        return store + ":" + (query == null ? path : "(query)");
    }
}
