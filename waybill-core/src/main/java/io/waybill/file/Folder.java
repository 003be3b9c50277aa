package io.waybill.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open folder. What is done in it happens in just this folder, even if somebody puts a symbolic link at its path
 * meanwhile, as far as the platform can: Java has no way to make a hard link or a folder relative to an open one, so these
 * two check before and after. Where open folders are not supported at all (Java 17 on macOS) links are refused by a look
 * before the access, which somebody who swaps folders in between gets around.
 *
 * <p>Safe for use by several threads, except that its entries are read by one, once.
 */
final class Folder implements Closeable {
    private static final Path SELF = Path.of(".");

    private final Path path;
    private final DirectoryStream<Path> stream;
    private final @Nullable SecureDirectoryStream<Path> secure;

    private Folder(Path path, DirectoryStream<Path> stream, boolean secure) {
        this.path = path;
        this.stream = stream;
        this.secure = secure && stream instanceof SecureDirectoryStream<Path> able ? able : null;
    }

    /** Opens the folder at a path, through links if there are any. */
    static Folder open(Path path, boolean secure) throws IOException {
        return new Folder(path, stream(path), secure);
    }

    @SuppressWarnings("StreamResourceLeak") // the folder closes it
    private static DirectoryStream<Path> stream(Path path) throws IOException {
        return Files.newDirectoryStream(path);
    }

    /** Opens a folder in this one; a symbolic link is refused. */
    Folder child(String name) throws IOException {
        Path at = path(name);
        try {
            if (secure != null) {
                return new Folder(at, secure.newDirectoryStream(Names.single(name), LinkOption.NOFOLLOW_LINKS), true);
            }
            if (FileFacts.of(at).isFolder()) {
                return new Folder(at, stream(at), false);
            }
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            if (!Files.isSymbolicLink(at)) {
                throw e;
            }
        }
        if (Files.isSymbolicLink(at)) {
            throw new FileSystemLoopException(at.toString());
        }
        throw new NotDirectoryException(at.toString());
    }

    /** This folder once more, to read its entries again. */
    Folder again() throws IOException {
        return secure == null
                ? new Folder(path, stream(path), false)
                : new Folder(path, secure.newDirectoryStream(SELF), true);
    }

    Path path() {
        return path;
    }

    Path path(String name) {
        return Names.under(path, name);
    }

    /** The entries in the system's order, without the folder itself and its parent. */
    Iterable<Path> entries() {
        return stream;
    }

    /** The facts of an entry, or null if there is none. Fails if the path leads elsewhere than into this folder. */
    @Nullable
    FileFacts find(String name) throws IOException {
        for (int tries = 0; tries < 3; tries++) {
            FileFacts facts = FileFacts.find(path(name));
            // A change between the two looks is as likely as a trick, hence more than one try.
            if (facts == null || secure == null || Objects.equals(identity(name), facts.id())) {
                return facts;
            }
        }
        throw new FileSystemLoopException(path.toString());
    }

    private @Nullable Object identity(String name) throws IOException {
        if (secure == null) {
            return null;
        }
        try {
            return secure.getFileAttributeView(
                            Names.single(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes()
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Opens a file in this folder; a symbolic link is refused. */
    FileChannel file(String name, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return secure != null
                ? (FileChannel) secure.newByteChannel(Names.single(name), all)
                : FileChannel.open(path(name), all);
    }

    /** Removes a file. */
    void delete(String name) throws IOException {
        if (secure != null) {
            secure.deleteFile(Names.single(name));
        } else {
            Files.delete(path(name));
        }
    }

    /** Removes a file if it is there. */
    void deleteIfThere(String name) throws IOException {
        try {
            delete(name);
        } catch (NoSuchFileException e) {
            // What was wanted holds.
        }
    }

    /** Removes a folder if it is empty. */
    void deleteFolder(String name) throws IOException {
        if (secure != null) {
            secure.deleteDirectory(Names.single(name));
        } else {
            Files.delete(path(name));
        }
    }

    /** Renames a file within this folder, over whatever file stands at the new name. */
    void move(String from, String to) throws IOException {
        if (secure != null) {
            secure.move(Names.single(from), secure, Names.single(to));
        } else {
            Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Gives a file a second name; fails if that is taken. */
    void link(String file, String name) throws IOException {
        checkPath();
        Files.createLink(path(name), path(file));
    }

    /** Makes a folder in this one. */
    void make(String name) throws IOException {
        checkPath();
        Files.createDirectory(path(name));
    }

    /** Fails if the path leads to another folder than the one that is open. */
    private void checkPath() throws IOException {
        if (secure != null) {
            BasicFileAttributes open =
                    secure.getFileAttributeView(BasicFileAttributeView.class).readAttributes();
            BasicFileAttributes there = Files.readAttributes(path, BasicFileAttributes.class);
            if (!Objects.equals(open.fileKey(), there.fileKey())) {
                throw new FileSystemLoopException(path.toString());
            }
        }
    }

    /** Makes names that were added or removed survive a power cut. */
    void sync() throws IOException {
        try (FileChannel channel = secure == null
                ? FileChannel.open(path, StandardOpenOption.READ)
                : (FileChannel) secure.newByteChannel(SELF, Set.of(StandardOpenOption.READ))) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
