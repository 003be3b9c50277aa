package io.waybill.s3endpoint;

/** The length at the head of a chunk. */
final class Hex {
    private Hex() {}

    /** The hexadecimal number at the start, up to a semicolon. */
    static long parse(String line) throws PeerGone {
        int end = line.indexOf(';');
        String number = (end < 0 ? line : line.substring(0, end)).trim();
        try {
            long value = Long.parseLong(number, 16);
            if (value >= 0 && number.charAt(0) != '+') {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new PeerGone("the length of a chunk is no number");
        }
        throw new PeerGone("the length of a chunk is no length");
    }
}
