package io.waybill.file;

import io.waybill.store.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code stat} says of a file. The version is made of all that changes when the file does: size, time of the last
 * change of the content, inode, and time of the last change of the inode, which no program can set back.
 */
record FileFacts(
        int mode,
        long size,
        FileTime modified,
        long inode,
        FileTime changed,
        long links,
        @Nullable Object id) {
    /** The few attributes that a listing needs: every one costs. */
    private static final String FOR_LISTING = "unix:mode,size,lastModifiedTime,ino,ctime";

    private static final String ALL = FOR_LISTING + ",nlink,fileKey";
    private static final int TYPE = 0170000;

    /** The facts of whatever stands there, links not followed. */
    static FileFacts of(Path path) throws IOException {
        Map<String, Object> all = Files.readAttributes(path, ALL, LinkOption.NOFOLLOW_LINKS);
        return of(all, ((Number) known(all, "nlink")).longValue(), all.get("fileKey"));
    }

    /** The facts without the number of links and the identity. */
    static FileFacts forListing(Path path) throws IOException {
        return of(Files.readAttributes(path, FOR_LISTING, LinkOption.NOFOLLOW_LINKS), 1, null);
    }

    /** The facts, or null if nothing stands there. */
    static @Nullable FileFacts find(Path path) throws IOException {
        try {
            return of(path);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static FileFacts of(Map<String, Object> all, long links, @Nullable Object id) {
        return new FileFacts(
                (Integer) known(all, "mode"),
                (Long) known(all, "size"),
                (FileTime) known(all, "lastModifiedTime"),
                (Long) known(all, "ino"),
                (FileTime) known(all, "ctime"),
                links,
                id);
    }

    private static Object known(Map<String, Object> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }

    boolean isFile() {
        return (mode & TYPE) == 0100000;
    }

    boolean isFolder() {
        return (mode & TYPE) == 0040000;
    }

    boolean isLink() {
        return (mode & TYPE) == 0120000;
    }

    /** What it is, in words. */
    String type() {
        return switch (mode & TYPE) {
            case 0100000 -> "file";
            case 0040000 -> "folder";
            case 0120000 -> "symbolic link";
            case 0010000 -> "named pipe";
            case 0140000 -> "socket";
            case 0020000, 0060000 -> "device";
            default -> "special file";
        };
    }

    Version version() {
        return new Version(
                size + ":" + modified.to(TimeUnit.NANOSECONDS) + ":" + inode + ":" + changed.to(TimeUnit.NANOSECONDS));
    }

    /** Whether both are the same inode of the same file system; the answer is no where that is not known. */
    boolean isSameFile(FileFacts other) {
        return id != null && id.equals(other.id);
    }

    Instant modifiedAt() {
        return modified.toInstant();
    }
}
