package io.waybill.file;

import io.waybill.store.FileKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Names between {@link Path} and the texts of {@link FileKey}, to the byte, whatever the locale says. A path's own text goes
 * through the locale's encoding and loses what that cannot say; its URI does not, but is slow, so it is used only where
 * needed.
 */
final class Names {
    private static final String ENCODING =
            System.getProperty("sun.jnu.encoding", "").toUpperCase(Locale.ROOT);

    /** Whether a path's text is exact for every valid UTF-8 name. Elsewhere than on Linux it may be normalized. */
    private static final boolean EXACT_UTF8 = (ENCODING.equals("UTF-8") || ENCODING.equals("UTF8"))
            && System.getProperty("os.name", "").equals("Linux");

    /** Whether ASCII names are the same bytes in the locale's encoding. */
    private static final boolean EXACT_ASCII = EXACT_UTF8
            || ENCODING.startsWith("UTF")
            || ENCODING.equals("ANSI_X3.4-1968")
            || ENCODING.equals("US-ASCII")
            || ENCODING.startsWith("ISO-8859-")
            || ENCODING.startsWith("ISO8859");

    private Names() {}

    /** The last part of a path as a key's text. */
    static String last(Path path) {
        Path name = path.getFileName();
        if (name == null) {
            return "";
        }
        String text = name.toString();
        return isExact(text) ? text : FileKey.ofBytes(lastBytes(path)).path();
    }

    /** A whole absolute path as a key's text, with its leading slash. */
    static String whole(Path path) {
        StringBuilder text = new StringBuilder();
        for (Path part : path.toAbsolutePath()) {
            text.append('/').append(last(part));
        }
        return text.length() == 0 ? "/" : text.toString();
    }

    /** The path of one name below a folder. */
    static Path under(Path folder, String name) {
        return isExact(name) ? folder.resolve(name) : folder.resolve(single(name));
    }

    /** One name as a relative path. */
    static Path single(String name) {
        if (isExact(name)) {
            return Path.of(name);
        }
        Path absolute = Path.of(URI.create("file:///" + percent(new FileKey(name).bytes())));
        Path single = absolute.getFileName();
        if (single == null) {
            throw new IllegalArgumentException("not a name: " + new FileKey(name).display());
        }
        return single;
    }

    /** The absolute path with this text; a relative one is below {@code base}. */
    static Path resolve(Path base, String text) {
        Path path = text.startsWith("/") ? Path.of("/") : base.toAbsolutePath();
        for (String part : text.split("/")) {
            if (!part.isEmpty()) {
                path = under(path, part);
            }
        }
        return path;
    }

    /** Compares names, or whole keys, as bytes without a sign. */
    static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return Character.isSurrogate(x) || Character.isSurrogate(y)
                        ? Arrays.compareUnsigned(new FileKey(a).bytes(), new FileKey(b).bytes())
                        : x - y;
            }
        }
        return a.length() - b.length();
    }

    /** The length of a name in bytes. */
    static int length(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 0x80) {
                return new FileKey(name).bytes().length;
            }
        }
        return name.length();
    }

    private static boolean isExact(String text) {
        if (!EXACT_ASCII) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80 && (!EXACT_UTF8 || c == 0xfffd || Character.isSurrogate(c))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] lastBytes(Path path) {
        String raw = path.toUri().getRawPath();
        int end = raw.endsWith("/") ? raw.length() - 1 : raw.length();
        String name = raw.substring(raw.lastIndexOf('/', end - 1) + 1, end);
        byte[] bytes = new byte[name.length()];
        int length = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) Integer.parseInt(name.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    private static String percent(byte[] name) {
        StringBuilder text = new StringBuilder(name.length * 3);
        for (byte b : name) {
            boolean plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
            if (plain) {
                text.append(new String(new byte[] {b}, StandardCharsets.US_ASCII));
            } else {
                text.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
            }
        }
        return text.toString();
    }
}
