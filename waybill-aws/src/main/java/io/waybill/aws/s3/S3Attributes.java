package io.waybill.aws.s3;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Between the attributes of an item and the headers of an object. The mark is user metadata {@code waybill} and never an
 * attribute; {@code mtime} is user metadata of that name, as rclone writes it. Metadata that a header cannot carry goes as an
 * encoded word of RFC 2047, the form in which S3 answers such values.
 */
final class S3Attributes {
    private static final String MARK = "waybill";
    private static final String MTIME = "mtime";
    private static final String PREFIX = "meta:";
    private static final Set<String> HEADERS =
            Set.of("content-type", "content-encoding", "content-language", "content-disposition", "cache-control");
    private static final Pattern SECONDS = Pattern.compile("-?[0-9]{1,15}(\\.[0-9]{1,9})?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern WORD = Pattern.compile("=\\?([^?]+)\\?([bBqQ])\\?([^?]*)\\?=");

    private S3Attributes() {}

    /**
     * The headers that carry these attributes and the mark.
     *
     * @throws IllegalArgumentException saying which attribute no header can carry
     */
    static Wire.Meta encode(Map<String, String> attributes, String mark) {
        Map<String, String> headers = new HashMap<>();
        Map<String, String> metadata = new HashMap<>();
        headers.put("content-type", "application/octet-stream");
        attributes.forEach((name, value) -> {
            if (HEADERS.contains(name)) {
                if (!isPlain(value)) {
                    throw new IllegalArgumentException(
                            "attribute " + name + " holds characters that no header can carry");
                }
                headers.put(name, value);
            } else if (name.equals(MTIME)) {
                metadata.put(MTIME, value);
            } else if (name.startsWith(PREFIX)) {
                String own = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
                if (!NAME.matcher(own).matches() || own.equals(MARK)) {
                    throw new IllegalArgumentException(
                            "attribute " + name + " has a name that S3 metadata cannot have");
                }
                metadata.putIfAbsent(own, word(value));
            }
        });
        if (attributes.containsKey(MTIME)) {
            metadata.put(MTIME, attributes.getOrDefault(MTIME, ""));
        }
        if (!mark.isEmpty()) {
            metadata.put(MARK, word(mark));
        }
        return new Wire.Meta(headers, metadata);
    }

    /** The attributes that an object's headers carry. */
    static Map<String, String> decode(Wire.Meta meta) {
        Map<String, String> attributes = new HashMap<>(meta.headers());
        meta.metadata().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals(MTIME) && SECONDS.matcher(value).matches()) {
                attributes.put(MTIME, value);
            } else if (!lower.equals(MARK)) {
                attributes.put(PREFIX + lower, text(value));
            }
        });
        return attributes;
    }

    /** The mark that an object's headers carry, or null. */
    static @Nullable String mark(Wire.Meta meta) {
        for (Map.Entry<String, String> each : meta.metadata().entrySet()) {
            if (each.getKey().equalsIgnoreCase(MARK)) {
                return text(each.getValue());
            }
        }
        return null;
    }

    private static boolean isPlain(String value) {
        boolean trimmed = value.equals(value.strip());
        return trimmed && value.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }

    private static String word(String value) {
        if (isPlain(value) && !value.contains("=?")) {
            return value;
        }
        return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    private static String text(String value) {
        if (!value.startsWith("=?")) {
            return value;
        }
        Matcher word = WORD.matcher(value);
        StringBuilder text = new StringBuilder();
        int end = 0;
        while (word.find()) {
            if (!value.substring(end, word.start()).isBlank()) {
                return value;
            }
            try {
                Charset charset = Charset.forName(word.group(1));
                byte[] bytes = word.group(2).equalsIgnoreCase("b")
                        ? Base64.getDecoder().decode(word.group(3))
                        : quotedPrintable(word.group(3));
                text.append(new String(bytes, charset));
            } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                return value;
            } catch (IllegalArgumentException e) {
                // Neither Base64 nor quoted-printable: then it is just text that looks like it.
                return value;
            }
            end = word.end();
        }
        return value.substring(end).isBlank() ? text.toString() : value;
    }

    private static byte[] quotedPrintable(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '=' && i + 2 < text.length()) {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(c == '_' ? ' ' : c);
            }
        }
        return bytes.toByteArray();
    }
}
