package io.waybill.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.jspecify.annotations.Nullable;

/**
 * Our marks in extended attributes: {@code user.waybill.mark} on files tells which effect wrote them, {@code
 * user.waybill.made} on folders tells which series made them. A file system without extended attributes keeps none.
 */
final class Marks {
    private static final String MARK = "waybill.mark";
    private static final String MADE = "waybill.made";

    private Marks() {}

    /** Marks a file; answers whether the file system keeps it. */
    static boolean mark(Path file, String mark) {
        return write(file, MARK, mark);
    }

    /** The mark of a file, or null. */
    static @Nullable String of(Path file) {
        return read(file, MARK);
    }

    /** Notes which series made a folder; answers whether the file system keeps it. */
    static boolean made(Path folder, String mark) {
        return write(folder, MADE, series(mark));
    }

    /** Whether the series of this mark made the folder. */
    static boolean isMadeBy(Path folder, String mark) {
        return series(mark).equals(read(folder, MADE));
    }

    private static String series(String mark) {
        int slash = mark.indexOf('/');
        return slash < 0 ? mark : mark.substring(0, slash);
    }

    private static boolean write(Path path, String name, String value) {
        UserDefinedFileAttributeView view = view(path);
        if (view == null) {
            return false;
        }
        try {
            view.write(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
            return true;
        } catch (IOException e) {
            // Without marks only the proof of authorship after a crash is weaker: the second link still gives it.
            return false;
        }
    }

    private static @Nullable String read(Path path, String name) {
        UserDefinedFileAttributeView view = view(path);
        if (view == null) {
            return null;
        }
        try {
            if (!view.list().contains(name)) {
                return null;
            }
            ByteBuffer value = ByteBuffer.allocate(view.size(name));
            view.read(name, value);
            return StandardCharsets.UTF_8.decode(value.flip()).toString();
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable UserDefinedFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
}
