package io.waybill.engine;

/** A set of hashes; zero stands for an empty place, so it is taken for one. Not safe for use by several threads. */
final class Hashes {
    private long[] places = new long[1 << 10];
    private int size;

    void add(long hash) {
        if (2 * size > places.length) {
            long[] old = places;
            places = new long[2 * old.length];
            size = 0;
            for (long each : old) {
                if (each != 0) {
                    put(each);
                }
            }
        }
        put(hash == 0 ? 1 : hash);
    }

    private void put(long hash) {
        int place = place(hash);
        if (places[place] == 0) {
            places[place] = hash;
            size++;
        }
    }

    int size() {
        return size;
    }

    boolean contains(long hash) {
        return places[place(hash == 0 ? 1 : hash)] != 0;
    }

    /** Where it stands, or would stand. */
    private int place(long hash) {
        int place = (int) hash & (places.length - 1);
        while (places[place] != 0 && places[place] != hash) {
            place = (place + 1) & (places.length - 1);
        }
        return place;
    }
}
