package io.waybill.file;

import io.waybill.store.FileKey;
import io.waybill.store.Location;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The folder below which all files of a store are, and the only way to them: keys are taken apart, and each folder on the
 * way is opened in the one before without following links. Immutable.
 */
final class Root {
    private static final int LONGEST_PATH = 4_095;
    private static final int LONGEST_NAME = 255;

    private final Path path;
    private final FilesOptions options;
    private final Location location;

    Root(FilesOptions options) {
        this.path = options.root();
        this.options = options;
        this.location = new Location("files", new FileKey(Names.whole(path)).display());
    }

    Path path() {
        return path;
    }

    Location location() {
        return location;
    }

    String thing(FileKey key) {
        return location.of(key);
    }

    /** The parts of a key; call {@link #objection} first. */
    static List<String> parts(FileKey key) {
        return Arrays.asList(key.path().split("/", -1));
    }

    /** Why no file can have this key here, or the empty text. */
    String objection(FileKey key) {
        for (String part : parts(key)) {
            if (part.isEmpty()) {
                return "the name has an empty part; a folder tree cannot hold it";
            } else if (part.equals(".") || part.equals("..")) {
                return "the name has a part " + part + ", which is not a name in a folder tree";
            } else if (part.indexOf('\0') >= 0) {
                return "the name has a NUL character";
            } else if (PartName.isReserved(part)) {
                return "the name " + new FileKey(part).display() + " is kept for waybill's own files";
            }
            int length = Names.length(part);
            if (length > LONGEST_NAME) {
                return "a part of the name has " + length + " bytes, more than " + LONGEST_NAME;
            }
        }
        int length = Names.length(key.path()) + Names.length(Names.whole(path)) + 1;
        return length > LONGEST_PATH ? "the whole path would have " + length + " bytes, more than " + LONGEST_PATH : "";
    }

    /** Opens the root itself. */
    Folder open() throws IOException {
        return Folder.open(path, options.secure());
    }

    /** Opens the folders down to the last of these names. */
    Chain walk(List<String> names) throws IOException {
        Chain chain = new Chain(open());
        try {
            for (String name : names) {
                chain.add(chain.last().child(name));
            }
            return chain;
        } catch (IOException e) {
            chain.close();
            throw e;
        }
    }

    /** Opens the folders down to the last of these names, makes those that are missing and notes who made them. */
    Chain make(List<String> names, String mark) throws IOException {
        makeRoot(mark);
        Chain chain = new Chain(open());
        try {
            for (String name : names) {
                chain.add(childOrNew(chain.last(), name, mark));
            }
            return chain;
        } catch (IOException e) {
            chain.close();
            throw e;
        }
    }

    private Folder childOrNew(Folder folder, String name, String mark) throws IOException {
        try {
            return folder.child(name);
        } catch (NoSuchFileException e) {
            try {
                folder.make(name);
                Marks.made(folder.path(name), mark);
                if (options.durable()) {
                    folder.sync();
                }
            } catch (FileAlreadyExistsException other) {
                // Somebody else made it meanwhile, which is as good.
            }
            return folder.child(name);
        }
    }

    private void makeRoot(String mark) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path at = path; at != null && !Files.isDirectory(at); at = at.getParent()) {
            missing.push(at);
        }
        for (Path at : missing) {
            try {
                Files.createDirectory(at);
                Marks.made(at, mark);
                Path parent = at.getParent();
                if (options.durable() && parent != null) {
                    try (Folder folder = Folder.open(parent, options.secure())) {
                        folder.sync();
                    }
                }
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(at)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Removes folders that are empty and were made by the series of this mark, from the last of the chain upwards, the root
     * and the folders above it included.
     */
    void prune(Chain chain, String mark) throws IOException {
        try {
            for (int i = chain.folders.size() - 1; i > 0; i--) {
                Folder parent = chain.folders.get(i - 1);
                String name = chain.names.get(i - 1);
                if (!Marks.isMadeBy(parent.path(name), mark)) {
                    return;
                }
                parent.deleteFolder(name);
            }
            for (Path at = path; at != null && Marks.isMadeBy(at, mark); at = at.getParent()) {
                Files.delete(at);
            }
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            // Others use it, or somebody else removed it.
        }
    }

    /** Open folders, from the root down. */
    static final class Chain implements Closeable {
        private final List<Folder> folders = new ArrayList<>();
        private final List<String> names = new ArrayList<>();

        private Chain(Folder root) {
            folders.add(root);
        }

        private void add(Folder folder) {
            folders.add(folder);
            names.add(Names.last(folder.path()));
        }

        Folder last() {
            return folders.get(folders.size() - 1);
        }

        @Override
        public void close() throws IOException {
            for (Folder folder : folders) {
                folder.close();
            }
        }
    }
}
