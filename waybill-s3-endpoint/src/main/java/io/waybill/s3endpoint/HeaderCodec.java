package io.waybill.s3endpoint;

import java.util.ArrayList;
import java.util.List;

/** Packs headers: common names take one byte. The lists are part of the folder format: add at their ends only. */
final class HeaderCodec {
    static final String META = "x-amz-meta-";
    private static final int LITERAL = 0;
    private static final int META_CODE = 255;
    private static final int PAIR = 128;
    private static final List<String> NAMES = List.of(
            "content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires");
    private static final List<Header> PAIRS = List.of(
            new Header("content-type", "application/octet-stream"),
            new Header("content-type", "binary/octet-stream"),
            new Header("content-type", "text/plain"));

    private HeaderCodec() {}

    static void pack(Pack pack, List<Header> headers) {
        pack.count(headers.size());
        for (Header header : headers) {
            int pair = PAIRS.indexOf(header);
            if (pair >= 0) {
                pack.octet(PAIR + pair);
                continue;
            }
            int name = NAMES.indexOf(header.name());
            if (name >= 0) {
                pack.octet(name + 1);
            } else if (header.name().startsWith(META)) {
                pack.octet(META_CODE).text(header.name().substring(META.length()));
            } else {
                pack.octet(LITERAL).text(header.name());
            }
            pack.text(header.value());
        }
    }

    static List<Header> unpack(Unpack from) {
        int size = (int) from.count();
        if (size == 0) {
            return List.of();
        }
        List<Header> headers = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int code = from.octet();
            if (code == META_CODE) {
                headers.add(new Header(META + from.text(), from.text()));
            } else if (code >= PAIR) {
                headers.add(PAIRS.get(code - PAIR));
            } else if (code == LITERAL) {
                headers.add(new Header(from.text(), from.text()));
            } else {
                headers.add(new Header(NAMES.get(code - 1), from.text()));
            }
        }
        return List.copyOf(headers);
    }
}
