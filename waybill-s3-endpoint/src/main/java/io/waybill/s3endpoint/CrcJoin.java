package io.waybill.s3endpoint;

/** Joins reflected cyclic redundancy checks of neighbouring pieces by polynomial arithmetic modulo their generator. */
final class CrcJoin {
    private CrcJoin() {}

    /**
     * The check of A followed by B.
     *
     * @param polynomial the reflected generator, without its highest term
     * @param width in bits, up to 64
     */
    static long join(long polynomial, int width, long a, long b, long bytesOfB) {
        return multiply(polynomial, width, power(polynomial, width, bytesOfB), a) ^ b;
    }

    /** x to the power of 8 times n, modulo the generator. */
    private static long power(long polynomial, int width, long n) {
        long one = 1L << (width - 1);
        long result = one;
        long square = one >>> 8;
        for (long left = n; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = multiply(polynomial, width, square, result);
            }
            square = multiply(polynomial, width, square, square);
        }
        return result;
    }

    /** The product modulo the generator; the highest bit stands for x to the power of zero. */
    private static long multiply(long polynomial, int width, long a, long b) {
        long product = 0;
        long term = b;
        for (long bit = 1L << (width - 1); bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= term;
            }
            term = (term & 1) != 0 ? (term >>> 1) ^ polynomial : term >>> 1;
        }
        return product;
    }
}
