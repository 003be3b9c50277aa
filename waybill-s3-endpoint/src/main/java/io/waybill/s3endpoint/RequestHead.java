package io.waybill.s3endpoint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The head of a request: its first line and its headers, kept as bytes until someone asks. */
final class RequestHead {
    private final byte[] bytes;
    private String method = "";
    private String target = "";
    private boolean http11;
    private int count;
    /** Four to a header: begin and end of name, begin and end of value. */
    private int[] marks = new int[4 * 24];

    private RequestHead(byte[] bytes) {
        this.bytes = bytes;
    }

    static RequestHead parse(byte[] bytes) throws PeerGone {
        RequestHead head = new RequestHead(bytes);
        int end = head.firstLine();
        while (end < bytes.length) {
            int begin = end;
            end = head.lineEnd(begin);
            int stop = head.trimmedEnd(begin, end);
            if (stop == begin) {
                break;
            }
            head.header(begin, stop);
        }
        return head;
    }

    private int lineEnd(int from) {
        int i = from;
        while (bytes[i] != '\n') {
            i++;
        }
        return i + 1;
    }

    private int trimmedEnd(int begin, int end) {
        int stop = end - 1;
        return stop > begin && bytes[stop - 1] == '\r' ? stop - 1 : stop;
    }

    private int firstLine() throws PeerGone {
        int end = lineEnd(0);
        int stop = trimmedEnd(0, end);
        int first = indexOf((byte) ' ', 0, stop);
        int second = first < 0 ? -1 : indexOf((byte) ' ', first + 1, stop);
        if (second < 0) {
            throw new PeerGone("not an HTTP request");
        }
        method = text(0, first);
        target = text(first + 1, second);
        String version = text(second + 1, stop);
        http11 = version.equals("HTTP/1.1");
        if (!version.startsWith("HTTP/1.")) {
            throw new PeerGone("not an HTTP/1 request");
        }
        return end;
    }

    private int indexOf(byte wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private void header(int begin, int stop) throws PeerGone {
        int colon = indexOf((byte) ':', begin, stop);
        if (colon <= begin || bytes[begin] == ' ' || bytes[begin] == '\t') {
            throw new PeerGone("a header without a name");
        }
        int from = colon + 1;
        while (from < stop && (bytes[from] == ' ' || bytes[from] == '\t')) {
            from++;
        }
        int to = stop;
        while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
            to--;
        }
        if (indexOf((byte) '\r', from, to) >= 0 || indexOf((byte) 0, from, to) >= 0) {
            throw new PeerGone("a header with a control character");
        }
        if (count * 4 == marks.length) {
            marks = Arrays.copyOf(marks, marks.length * 2);
        }
        int at = count * 4;
        marks[at] = begin;
        marks[at + 1] = colon;
        marks[at + 2] = from;
        marks[at + 3] = to;
        count++;
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private boolean named(int index, String lowerName) {
        int begin = marks[index * 4];
        if (marks[index * 4 + 1] - begin != lowerName.length()) {
            return false;
        }
        for (int i = 0; i < lowerName.length(); i++) {
            int octet = bytes[begin + i];
            if (octet >= 'A' && octet <= 'Z') {
                octet |= 0x20;
            }
            if (octet != lowerName.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    String method() {
        return method;
    }

    /** Path and query as sent. */
    String target() {
        return target;
    }

    boolean http11() {
        return http11;
    }

    /** The first header of this name, which is given in lower case. */
    @Nullable
    String header(String lowerName) {
        for (int i = 0; i < count; i++) {
            if (named(i, lowerName)) {
                return value(i);
            }
        }
        return null;
    }

    /** All headers of this name, put together with commas. */
    @Nullable
    String joined(String lowerName) {
        String joined = null;
        for (int i = 0; i < count; i++) {
            if (named(i, lowerName)) {
                joined = joined == null ? value(i) : joined + "," + value(i);
            }
        }
        return joined;
    }

    int count() {
        return count;
    }

    /** A header's name in lower case. */
    String name(int index) {
        return text(marks[index * 4], marks[index * 4 + 1]).toLowerCase(Locale.ROOT);
    }

    /** Whether a header's name begins so; {@code lowerPrefix} is in lower case. */
    boolean begins(int index, String lowerPrefix) {
        int begin = marks[index * 4];
        if (marks[index * 4 + 1] - begin < lowerPrefix.length()) {
            return false;
        }
        for (int i = 0; i < lowerPrefix.length(); i++) {
            int octet = bytes[begin + i];
            if (octet >= 'A' && octet <= 'Z') {
                octet |= 0x20;
            }
            if (octet != lowerPrefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A header's value, each char one byte. */
    String value(int index) {
        return text(marks[index * 4 + 2], marks[index * 4 + 3]);
    }

    /** Whether a comma-separated header names this token. */
    boolean lists(String lowerName, String token) {
        String value = joined(lowerName);
        if (value == null) {
            return false;
        }
        for (String one : value.split(",", -1)) {
            if (one.trim().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }
}
