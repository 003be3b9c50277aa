package io.waybill.value;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Text as UTF-8, without the loss that Java's own conversion has: half of a surrogate pair, which is no character but which
 * a text can hold, stands as the three bytes it would have if it were one.
 */
final class Texts {
    private Texts() {}

    static byte[] bytes(String text) {
        if (isUnicode(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 8);
        text.codePoints().forEach(point -> {
            if (Character.getType(point) == Character.SURROGATE) {
                bytes.write(0xe0 | point >> 12);
                bytes.write(0x80 | (point >> 6 & 0x3f));
                bytes.write(0x80 | (point & 0x3f));
            } else {
                bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }

    static String text(byte[] bytes) {
        StringBuilder text = null;
        int start = 0;
        for (int i = 0; i + 2 < bytes.length; i++) {
            if ((bytes[i] & 0xff) == 0xed && (bytes[i + 1] & 0xff) >= 0xa0) {
                text = text == null ? new StringBuilder(bytes.length) : text;
                text.append(new String(bytes, start, i - start, StandardCharsets.UTF_8));
                text.append((char) (0xd000 | (bytes[i + 1] & 0x3f) << 6 | (bytes[i + 2] & 0x3f)));
                i += 2;
                start = i + 1;
            }
        }
        String rest = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
        return text == null ? rest : text.append(rest).toString();
    }

    private static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints().noneMatch(point -> Character.getType(point) == Character.SURROGATE);
            }
        }
        return true;
    }
}
