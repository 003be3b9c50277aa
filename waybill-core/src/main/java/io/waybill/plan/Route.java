package io.waybill.plan;

import io.waybill.mapping.FileNames;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import java.util.HashMap;
import java.util.Map;

/**
 * Which files belong to a move, where each goes, and in which group it counts. Depends on nothing but the plan and the
 * item, so it answers the same in every run. Immutable and safe for use by many threads.
 */
public final class Route {
    private final Move move;
    private final Names names;
    private final Map<From, From.Takes> takes = new HashMap<>();
    private final boolean constant;

    private Route(Plan plan, Move move) {
        this.move = move;
        this.names = Names.of(plan.namespace()).with("vars", plan.vars());
        this.constant = move.to().path().isConstant();
        for (From from : move.from()) {
            takes.put(from, from.takes());
        }
    }

    /** The route of a move of files. */
    public static Route of(Plan plan, Move move) {
        if (move.rows()) {
            throw new IllegalArgumentException("move " + move.name() + " moves rows");
        }
        return new Route(plan, move);
    }

    /**
     * Whether a listed file belongs to the entry by its path, without a look at {@code where}. A file listed for
     * {@code feeds/} is never one of {@code feeds_old/}.
     */
    public boolean belongs(From from, FileKey key) {
        From.Takes test = takes.get(from);
        if (test == null) {
            throw new IllegalArgumentException(from.text() + " is not in move " + move.name());
        }
        return test.test(key);
    }

    /** Whether a file that belongs to the entry is wanted: whether {@code where} holds for it. */
    public boolean wants(From from, FileItem item) throws MappingException {
        return move.where() == null || move.where().test(names(from, item));
    }

    /**
     * The key of the file at the target.
     *
     * @throws MappingException when the template gives none for this file, or one that leaves the store's root
     */
    public FileKey target(From from, FileItem item) throws MappingException {
        String path = constant ? move.to().path().text(names) : move.to().path().text(names(from, item));
        String key = move.to().isFolder() ? path + item.key().path() : path;
        // whether the name can exist is for the target store to say: on S3, ".." is a name like any other
        if (key.isEmpty()) {
            throw new MappingException(0, "the key is empty", null);
        }
        return new FileKey(key);
    }

    /** The group in which the file counts. */
    public String group(From from, FileItem item) throws MappingException {
        return move.group() == null ? from.group() : move.group().text(names(from, item));
    }

    private Names names(From from, FileItem item) {
        return names.with("file", FileNames.of(item, from.below(item.key())));
    }

    /** Why a path cannot be a key, or the empty text. */
    static String objection(String path) {
        if (path.isEmpty()) {
            return "is empty";
        } else if (path.startsWith("/")) {
            return "begins with a slash";
        } else if (path.indexOf('\0') >= 0) {
            return "holds a zero character";
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                return "holds the part " + part + ", which leads elsewhere";
            }
        }
        return "";
    }
}
