package io.waybill.s3endpoint;

import org.jspecify.annotations.Nullable;

/** A range of bytes of an object, as a Range header asks for it. */
record Span(long offset, long length) {
    /**
     * The range asked for; null if there is none or it is not one range of bytes, which HTTP says to ignore.
     *
     * @throws S3Error 416 if it has nothing of the object
     */
    static @Nullable Span of(@Nullable String header, long size) throws S3Error {
        if (header == null || !header.startsWith("bytes=") || header.indexOf(',') >= 0) {
            return null;
        }
        int dash = header.indexOf('-');
        if (dash < 0) {
            return null;
        }
        String first = header.substring(6, dash).trim();
        String last = header.substring(dash + 1).trim();
        try {
            if (first.isEmpty()) {
                long wanted = Long.parseLong(last);
                long length = Math.min(wanted, size);
                return checked(new Span(size - length, length));
            }
            long from = Long.parseLong(first);
            long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
            if (to < from) {
                return null;
            }
            return checked(new Span(from, Math.min(to, size - 1) - from + 1));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static Span checked(Span span) throws S3Error {
        if (span.length <= 0) {
            throw new S3Error(416, "InvalidRange", "The requested range is not satisfiable");
        }
        return span;
    }
}
