package io.waybill.file;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds files by key. Safe for use by many threads. */
final class Lookup {
    private final Root root;
    private final LinkedFiles links;

    Lookup(Root root, LinkedFiles links) {
        this.root = root;
        this.links = links;
    }

    /** A file that was found, with the open folder it is in and its name there, which differ from the key's for a link. */
    record Found(Root.Chain chain, String name, FileFacts facts) implements Closeable {
        Folder folder() {
            return chain.last();
        }

        @Override
        public void close() throws IOException {
            chain.close();
        }
    }

    /**
     * Finds the regular file with this key, or null if there is none.
     *
     * @throws StoreException INVALID if a folder on the way is a link, or what stands there is neither a file nor a folder
     */
    @Nullable
    Found find(FileKey key, String verb) throws IOException {
        List<String> parts = Root.parts(key);
        Root.Chain chain;
        try {
            chain = root.walk(parts.subList(0, parts.size() - 1));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return null;
        }
        Found found = null;
        try {
            found = find(chain, parts.get(parts.size() - 1), key, verb);
            return found;
        } finally {
            if (found == null || found.chain() != chain) {
                chain.close();
            }
        }
    }

    private @Nullable Found find(Root.Chain chain, String name, FileKey key, String verb) throws IOException {
        FileFacts facts = chain.last().find(name);
        if (facts == null || facts.isFolder()) {
            return null;
        } else if (facts.isFile()) {
            return new Found(chain, name, facts);
        } else if (!facts.isLink()) {
            throw invalid(verb, key, "it is a " + facts.type());
        }
        LinkedFiles.Target target = links.look(chain.last().path(name));
        if (target.facts() == null) {
            throw invalid(verb, key, "it is a " + target.objection());
        }
        List<String> names = target.names();
        Root.Chain other = root.walk(names.subList(0, names.size() - 1));
        FileFacts real = other.last().find(names.get(names.size() - 1));
        if (real == null || !real.isFile()) {
            other.close();
            throw invalid(verb, key, "it is a symbolic link that changes");
        }
        return new Found(other, names.get(names.size() - 1), real);
    }

    /** The item with its mark. */
    FileItem item(FileKey key, Folder folder, String name, FileFacts facts) throws IOException {
        return item(key, facts, mark(folder, name, facts));
    }

    static FileItem item(FileKey key, FileFacts facts, @Nullable String mark) {
        return new FileItem(
                key,
                facts.size(),
                facts.modifiedAt(),
                facts.version(),
                Map.of(ModifiedTime.NAME, ModifiedTime.format(facts.modifiedAt())),
                null,
                mark);
    }

    /** The mark on the file, or else in the name of a temporary file that is the same file. */
    private static @Nullable String mark(Folder folder, String name, FileFacts facts) throws IOException {
        String mark = Marks.of(folder.path(name));
        if (mark != null || facts.links() < 2) {
            return mark;
        }
        try (Folder entries = folder.again()) {
            for (Path path : entries.entries()) {
                PartName part = PartName.parse(Names.last(path));
                if (part != null && part.isFor(name)) {
                    FileFacts other = folder.find(part.name());
                    if (other != null && other.isSameFile(facts)) {
                        return part.mark();
                    }
                }
            }
            return null;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    StoreException invalid(String verb, FileKey key, String cause) {
        return failure(StoreException.Kind.INVALID, verb, key, cause);
    }

    StoreException failure(StoreException.Kind kind, String verb, FileKey key, String cause) {
        return new StoreException(kind, message(verb, key, cause));
    }

    String message(String verb, FileKey key, String cause) {
        return "Cannot " + verb + " " + root.thing(key) + ": " + cause + ".";
    }
}
