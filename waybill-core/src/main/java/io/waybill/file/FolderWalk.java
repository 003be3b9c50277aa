package io.waybill.file;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Item;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files below a folder in the byte order of their keys, depth first, one {@code stat} a file. Its memory is bounded
 * by a budget for names over all open folders. A position is the key of the last file, so a listing can go on wherever it
 * stopped, also when that file is gone. A folder that cannot be read ends the listing with an exception.
 *
 * <p>Not safe for use by several threads.
 */
final class FolderWalk implements Source.Items {
    private static final int PAGE = 1_000;
    private static final long BUDGET = 32L << 20;
    private static final long LEAST = 64 << 10;

    private final Root root;
    private final LinkedFiles links;
    private final long budget;
    private final Deque<Level> levels = new ArrayDeque<>();
    private long held;
    private long left;

    /**
     * @param folder the names of the folders down to the one to list
     * @param after the key of the last file that is known, or null
     * @param limit the most items wanted
     */
    FolderWalk(Root root, LinkedFiles links, List<String> folder, @Nullable FileKey after, long limit, long budget)
            throws IOException {
        this.root = root;
        this.links = links;
        this.left = limit;
        this.budget = budget;
        String prefix = folder.isEmpty() ? "" : String.join("/", folder) + "/";
        String bound = null;
        if (after != null) {
            if (after.path().startsWith(prefix)) {
                bound = after.path().substring(prefix.length());
            } else if (Names.compare(after.path(), prefix) > 0) {
                this.left = 0;
            }
        }
        Root.Chain chain = root.walk(folder);
        levels.push(new Level(chain.last().again(), prefix, bound));
        chain.close();
    }

    FolderWalk(Root root, LinkedFiles links, List<String> folder, @Nullable FileKey after, long limit)
            throws IOException {
        this(root, links, folder, after, limit, BUDGET);
    }

    /** One open folder of the walk. */
    private final class Level {
        private Folder folder;
        private final String prefix;
        private final @Nullable String bound;
        private final Deque<String> waiting = new ArrayDeque<>();
        private @Nullable FolderNames names;
        private int next;

        Level(Folder folder, String prefix, @Nullable String bound) {
            this.folder = folder;
            this.prefix = prefix;
            this.bound = bound == null || bound.isEmpty() ? null : bound;
        }

        /** The next name, not yet taken, or null at the end. */
        @Nullable
        String peek() throws IOException {
            while (names == null || next == names.names().size()) {
                if (names != null && names.whole()) {
                    return null;
                }
                String after = null;
                if (names != null) {
                    after = names.names().get(next - 1);
                    held -= names.cost();
                    Folder again = folder.again();
                    folder.close();
                    folder = again;
                }
                names = FolderNames.read(folder, after, bound, Math.max(LEAST, (budget - held) / 2));
                held += names.cost();
                next = 0;
            }
            return names.names().get(next);
        }

        /** The name of the folder whose turn has come, or null: a folder comes after files such as {@code name.txt}. */
        @Nullable
        String due(@Nullable String name) {
            String folderName = waiting.peek();
            if (folderName == null) {
                return null;
            }
            boolean before = name != null && name.startsWith(folderName) && name.charAt(folderName.length()) < '/';
            return before ? null : waiting.pop();
        }

        boolean isPast(String name) {
            return bound != null && Names.compare(name, bound) <= 0;
        }

        void close() throws IOException {
            if (names != null) {
                held -= names.cost();
            }
            folder.close();
        }
    }

    @Override
    public Source.@Nullable Page next() throws StoreException {
        List<Item> items = new ArrayList<>();
        List<Source.Skipped> skipped = new ArrayList<>();
        FileKey last = null;
        while (items.size() < PAGE && skipped.size() < PAGE && left > 0) {
            Level level = levels.peek();
            if (level == null) {
                break;
            }
            try {
                FileKey key = step(level, items, skipped);
                last = key == null ? last : key;
            } catch (IOException e) {
                throw FilesErrors.of("list", root.location().of(new FileKey(level.prefix)), e);
            }
        }
        return last == null ? null : new Source.Page(items, new Source.Position(last.encoded()), skipped);
    }

    /** Goes on by one name; answers the key it has dealt with, if any. */
    private @Nullable FileKey step(Level level, List<Item> items, List<Source.Skipped> skipped) throws IOException {
        String name = level.peek();
        String due = level.due(name);
        if (due != null) {
            return enter(level, due, skipped);
        } else if (name == null) {
            levels.pop().close();
            return null;
        }
        level.next++;
        FileKey key = new FileKey(level.prefix.isEmpty() ? name : level.prefix + name);
        Path path = level.folder.path(name);
        FileFacts facts;
        try {
            facts = FileFacts.forListing(path);
        } catch (NoSuchFileException e) {
            facts = null;
        }
        if (facts != null && facts.isFolder()) {
            level.waiting.push(name);
            return null;
        } else if (level.isPast(name)) {
            return null;
        } else if (facts == null) {
            skipped.add(new Source.Skipped(key, "it disappeared while the folder was listed"));
        } else if (facts.isFile()) {
            items.add(item(key, facts));
            left--;
        } else {
            LinkedFiles.Target target = facts.isLink() ? links.look(path) : null;
            if (target != null && target.facts() != null) {
                items.add(item(key, target.facts()));
                left--;
            } else {
                skipped.add(new Source.Skipped(key, target != null ? target.objection() : facts.type()));
            }
        }
        return key;
    }

    private @Nullable FileKey enter(Level level, String name, List<Source.Skipped> skipped) throws IOException {
        String start = name + "/";
        String bound = null;
        if (level.bound != null) {
            if (level.bound.startsWith(start)) {
                bound = level.bound.substring(start.length());
            } else if (Names.compare(start, level.bound) < 0) {
                return null;
            }
        }
        String prefix = level.prefix + start;
        try {
            levels.push(new Level(level.folder.child(name), prefix, bound));
            return null;
        } catch (NoSuchFileException e) {
            FileKey key = new FileKey(prefix);
            skipped.add(new Source.Skipped(key, "it disappeared while its parent was listed"));
            return key;
        } catch (IOException e) {
            throw FilesErrors.of("list", root.location().of(new FileKey(prefix)), e);
        }
    }

    static FileItem item(FileKey key, FileFacts facts) {
        return new FileItem(key, facts.size(), facts.modifiedAt(), facts.version(), Map.of(), null, null);
    }

    @Override
    public void close() throws IOException {
        while (!levels.isEmpty()) {
            levels.pop().close();
        }
    }
}
