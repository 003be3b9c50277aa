package io.waybill.file;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Turns what the file system refuses into a {@link StoreException}. Java tells some refusals by class and the others only
 * by the system's text; a text that is not known counts as trouble with the whole store, which stops a run rather than
 * failing one file after the other.
 */
final class FilesErrors {
    private FilesErrors() {}

    /** The exception for a failed {@code verb} on {@code thing}. */
    static StoreException of(String verb, String thing, IOException e) {
        if (e instanceof StoreException known) {
            return known;
        }
        String reason = reason(e);
        Kind kind = kind(e, reason);
        String text =
                switch (reason) {
                    case "No space left on device" -> "no space left on the device. Free some, then run again.";
                    case "Disk quota exceeded" -> "the disk quota is used up. Free some space, then run again.";
                    case "Permission denied" -> "permission denied. Grant it, then run again.";
                    default -> reason + ".";
                };
        return new StoreException(kind, "Cannot " + verb + " " + thing + ": " + text, e);
    }

    private static Kind kind(IOException e, String reason) {
        if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
            return Kind.NOT_FOUND;
        } else if (e instanceof AccessDeniedException) {
            return Kind.DENIED;
        } else if (e instanceof FileSystemLoopException) {
            return Kind.INVALID;
        }
        return switch (reason) {
            case "Permission denied", "Operation not permitted", "Read-only file system" -> Kind.DENIED;
            case "File name too long",
                    "Invalid argument",
                    "Invalid or incomplete multibyte or wide character",
                    "Illegal byte sequence",
                    "File too large",
                    "Is a directory",
                    "Too many levels of symbolic links" -> Kind.INVALID;
            default -> Kind.UNAVAILABLE;
        };
    }

    /** The system's own words, on one line and without the path. */
    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "it is not there";
        } else if (e instanceof NotDirectoryException) {
            return "a part of its path is not a folder";
        } else if (e instanceof AccessDeniedException) {
            return "Permission denied";
        } else if (e instanceof FileSystemLoopException) {
            return "a folder on its path is a symbolic link";
        } else if (e instanceof ClosedByInterruptException) {
            return "it was interrupted";
        }
        String text = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
        if (text == null) {
            return "the file system gives no reason";
        }
        int detail = text.indexOf(" or unable to access attributes");
        return (detail < 0 ? text : text.substring(0, detail)).replaceAll("\\p{Cntrl}", " ");
    }
}
