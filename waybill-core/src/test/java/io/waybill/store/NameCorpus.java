package io.waybill.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of files that have broken other tools. No two of them stand in each other's way as file and folder, so a store that
 * can hold a name at all can hold it beside all the others.
 */
public final class NameCorpus {
    private NameCorpus() {}

    /** A name, and what is odd about it. */
    public record OddName(String what, FileKey key) {
        @Override
        public String toString() {
            return what;
        }
    }

    /** Every name of the corpus. */
    public static List<OddName> all() {
        List<OddName> names = new ArrayList<>();
        text(names, "plain", "plain.txt");
        text(names, "space inside", "with space/a b.txt");
        text(names, "leading and trailing space", " lead/ trail ");
        text(names, "leading and trailing dot", ".hidden/.dotted.");
        text(names, "three dots", ".../...");
        text(names, "empty part", "double//slash");
        text(names, "two empty parts", "triple///slash");
        text(names, "leading slash", "/leading-slash");
        text(names, "trailing slash", "trailing-slash/");
        text(names, "dot part", "dot/./part");
        text(names, "dot-dot part", "dotdot/../part");
        text(names, "leading dot-dot", "../escape");
        text(names, "only dot-dot", "..");
        text(names, "only dot", ".");
        text(names, "percent escape", "percent/%46.txt");
        text(names, "percent alone", "percent/100%");
        text(names, "percent before what is no number", "percent/%zz%%20");
        text(names, "plus", "plus/a+b c");
        text(names, "double quote", "quote/\"double\"");
        text(names, "single quote", "quote/it's");
        text(names, "backslash", "back\\slash");
        text(names, "backslash before a name", "back/\\n\\..\\x");
        text(names, "markup", "markup/<b>&amp;</b>");
        text(names, "glob characters", "glob/*?[a]{b}!");
        text(names, "shell characters", "shell/$(x);`y`|z&'\"");
        text(names, "formula", "=1+1");
        text(names, "option", "-rf");
        text(names, "query and fragment", "url/a?b=c#d&e");
        text(names, "colon and drive", "C:");
        text(names, "tilde", "~");
        text(names, "newline", "newline/a\nb");
        text(names, "carriage return", "newline/a\r\nb");
        text(names, "tab", "tab/a\tb");
        text(names, "U+0001", "control/\u0001");
        text(names, "escape sequence", "control/\u001b[31mred\u001b[0m");
        text(names, "bell and delete", "control/\u0007\u007f");
        text(names, "U+0085 and U+009B", "control/\u0085\u009b");
        text(names, "emoji", "emoji/\ud83d\ude80 \ud83d\udc69\u200d\ud83d\udcbb.png");
        text(names, "composed (NFC)", "unicode/caf\u00e9");
        text(names, "decomposed (NFD)", "unicode/cafe\u0301");
        text(names, "right to left", "rtl/\u05e9\u05dc\u05d5\u05dd.txt");
        text(names, "right-to-left override", "rtl/\u202egpj.exe");
        text(names, "line and paragraph separator", "unicode/\u2028\u2029");
        text(names, "byte order mark", "unicode/\ufeffbom");
        text(names, "replacement character", "unicode/\ufffd");
        text(names, "highest characters", "unicode/\uffff\udbff\udfff");
        text(names, "no-break space", "unicode/\u00a0");
        text(names, "upper case twin", "case/README");
        text(names, "lower case twin", "case/readme");
        text(names, "LIKE wildcards", "like/a_b%");
        text(names, "sibling of a LIKE wildcard", "like/axb%");
        text(names, "sibling prefix", "feeds_old/x");
        text(names, "prefix", "feeds/x");
        text(names, "device name", "CON/NUL.txt");
        text(names, "part of 255 bytes", "long/" + "p".repeat(255));
        text(names, "part of 255 bytes in two-byte characters", "long/" + "\u00e9".repeat(127) + "x");
        text(names, "part of 256 bytes", "long/" + "q".repeat(256));
        text(names, "key of 1024 bytes", ("k".repeat(203) + "/").repeat(5) + "last");
        text(names, "key of 1025 bytes", ("l".repeat(203) + "/").repeat(5) + "last!");
        text(names, "NUL", "nul/a\0b");
        bytes(names, "invalid byte", "bytes/", 0xff);
        bytes(names, "Latin-1", "bytes/", 'c', 'a', 'f', 0xe9);
        bytes(names, "cut-off UTF-8", "bytes/", 'x', 0xf0, 0x9f, 0x9a);
        bytes(names, "overlong slash", "bytes/", 0xc0, 0xaf);
        bytes(names, "surrogate in UTF-8", "bytes/", 0xed, 0xa0, 0x80);
        bytes(names, "invalid byte in a folder", "bytes/", 'd', 0xfe, '/', 'f');
        bytes(names, "invalid bytes beside valid ones", "bytes/", 0xc3, 0xa9, 0xa9, 0xc3);
        return List.copyOf(names);
    }

    private static void text(List<OddName> names, String what, String path) {
        names.add(new OddName(what, new FileKey(path)));
    }

    private static void bytes(List<OddName> names, String what, String start, int... rest) {
        byte[] head = start.getBytes(StandardCharsets.US_ASCII);
        byte[] name = new byte[head.length + rest.length];
        System.arraycopy(head, 0, name, 0, head.length);
        for (int i = 0; i < rest.length; i++) {
            name[head.length + i] = (byte) rest[i];
        }
        names.add(new OddName(what, FileKey.ofBytes(name)));
    }
}
