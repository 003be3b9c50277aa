package io.waybill.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The path of a file below its store's root, parts separated by {@code /}, without a leading slash.
 *
 * <p>A name on Linux is any sequence of bytes. {@code path} is its UTF-8 reading, in which each byte that is not valid
 * UTF-8 stands as one lone low surrogate, {@code U+DC00} plus the byte, so that every byte name survives the way through a
 * {@link String}; {@link #isText} tells the clean ones.
 */
public record FileKey(String path) implements ItemKey {
    private static final char ESCAPE = '\uDC00';

    /** The key whose name has exactly these bytes. */
    public static FileKey ofBytes(byte[] name) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(name);
        CharBuffer out = CharBuffer.allocate(name.length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                break;
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + (in.get() & 0xff)));
            }
            decoder.reset();
        }
        return new FileKey(out.flip().toString());
    }

    /** The exact bytes of the name. */
    public byte[] bytes() {
        if (isText()) {
            return path.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length() + 8);
        int i = 0;
        while (i < path.length()) {
            char c = path.charAt(i);
            if (isEscape(path, i)) {
                bytes.write(c - ESCAPE);
                i++;
            } else {
                int point = path.codePointAt(i);
                byte[] utf8 = Character.toString(point).getBytes(StandardCharsets.UTF_8);
                bytes.write(utf8, 0, utf8.length);
                i += Character.charCount(point);
            }
        }
        return bytes.toByteArray();
    }

    /** Whether the name is valid Unicode text. */
    public boolean isText() {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < path.length()
                        && Character.isLowSurrogate(path.charAt(i + 1))) {
                    i++;
                } else {
                    return false;
                }
            }
        }
        return true;
    }

    /** The last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Percent signs, control characters and bytes that are not UTF-8 stand as {@code %XX}; everything else is itself. */
    @Override
    public String encoded() {
        StringBuilder text = null;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean plain = c >= 0x20 && c != '%' && c != 0x7f && !isEscape(path, i);
            if (plain && text == null) {
                continue;
            }
            if (text == null) {
                text = new StringBuilder(path.length() + 16).append(path, 0, i);
            }
            if (plain) {
                text.append(c);
            } else {
                int value = isEscape(path, i) ? c - ESCAPE : c;
                text.append(String.format(Locale.ROOT, "%%%02X", value));
            }
        }
        return text == null ? path : text.toString();
    }

    /** The key that {@link #encoded} turned into this text. */
    public static FileKey parse(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return new FileKey(encoded);
        }
        StringBuilder path = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                int value = Integer.parseInt(encoded.substring(i + 1, i + 3), 16);
                path.append((char) (value < 0x80 ? value : ESCAPE + value));
                i += 2;
            } else {
                path.append(c);
            }
        }
        return new FileKey(path.toString());
    }

    /** Control characters, direction marks and bytes that are not UTF-8 stand as {@code \xXX} or {@code \\uXXXX}. */
    @Override
    public String display() {
        StringBuilder text = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (isEscape(path, i)) {
                text.append(String.format(Locale.ROOT, "\\x%02x", c - ESCAPE));
            } else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
                text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else if (Character.getType(c) == Character.FORMAT || c == 0x2028 || c == 0x2029) {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static boolean isEscape(String path, int i) {
        char c = path.charAt(i);
        return c >= ESCAPE && c <= ESCAPE + 0xff && (i == 0 || !Character.isHighSurrogate(path.charAt(i - 1)));
    }

    /** Whether the bytes are valid UTF-8. */
    public static boolean isUtf8(byte[] name) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return display();
    }
}
