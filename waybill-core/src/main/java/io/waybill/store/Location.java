package io.waybill.store;

/**
 * Where a store is, as messages show it: a scheme and an address without secrets, for example {@code s3} and
 * {@code archive} or {@code files} and {@code /srv/data}.
 */
public record Location(String scheme, String address) {
    /** This location followed by a key, as messages name an item, for example {@code s3://archive/2024/a.bin}. */
    public String of(ItemKey key) {
        String base = toString();
        return (base.endsWith("/") ? base : base + "/") + key.display();
    }

    @Override
    public String toString() {
        return scheme.equals("files") ? address : scheme + "://" + address;
    }
}
