package io.waybill.file;

import io.waybill.store.FileKey;
import io.waybill.value.Digest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of the temporary file that becomes a target: {@code .waybill-MARK-HASH.N.part}, in the target's own folder. MARK
 * is the effect's mark, HASH tells which name in the folder it is for, N counts attempts. The marks make the name the same
 * in every process, so a retry finds what an earlier attempt left behind; the count keeps two attempts that run at the same
 * time from writing into one file.
 *
 * @param mark the effect's mark, or null if it was too long for a name
 */
record PartName(String name, @Nullable String mark, String hash) {
    private static final Pattern FORM =
            Pattern.compile("\\.waybill-([A-Za-z0-9_=]+)-([0-9a-f]{16})\\.[0-9]+(?:-probe2?)?\\.part");
    private static final int LONGEST_MARK = 150;

    /** The name of an attempt, from 0, to write a file of this name. */
    static PartName of(String file, String mark, int attempt) {
        String hash = hash(file);
        return new PartName(".waybill-" + encode(mark) + "-" + hash + "." + attempt + ".part", mark, hash);
    }

    /** Reads the name of a temporary file; null if it is none. */
    static @Nullable PartName parse(String name) {
        Matcher matcher = FORM.matcher(name);
        return matcher.matches() ? new PartName(name, decode(matcher.group(1)), matcher.group(2)) : null;
    }

    /** Whether it is for a file of this name. */
    boolean isFor(String file) {
        return hash.equals(hash(file));
    }

    /** Whether a temporary file of this name was begun with this mark. */
    static boolean isFrom(String name, String mark) {
        return name.startsWith(".waybill-" + encode(mark) + "-");
    }

    /** The journal of the parts of an upload. */
    String journal() {
        return name + "s";
    }

    /** Whether a name belongs to us, so that it is neither listed nor written as an item. */
    static boolean isReserved(String name) {
        return name.startsWith(".waybill")
                && (name.length() == 8
                        || (name.startsWith(".waybill-") && (name.endsWith(".part") || name.endsWith(".parts"))));
    }

    private static String hash(String file) {
        return Digest.sha256(new FileKey(file).bytes()).hex().substring(0, 16);
    }

    private static String encode(String mark) {
        StringBuilder text = new StringBuilder();
        for (byte b : mark.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || b == '_';
            text.append(plain ? Character.toString(b) : "=" + hex(b));
        }
        return text.length() <= LONGEST_MARK
                ? text.toString()
                : "==" + Digest.sha256(mark.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static @Nullable String decode(String encoded) {
        if (encoded.startsWith("==")) {
            return null;
        }
        byte[] bytes = new byte[encoded.length()];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '=') {
                int high = i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(encoded.charAt(i + 2), 16);
                if (low < 0) {
                    return null;
                }
                bytes[length++] = (byte) (high * 16 + low);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static String hex(byte b) {
        return Character.toString(Character.forDigit(b >> 4 & 0xf, 16)) + Character.forDigit(b & 0xf, 16);
    }
}
