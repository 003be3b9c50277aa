package io.waybill.store;

/** A store's opaque change token: equal tokens mean the item has not changed; nothing else may be read out of one. */
public record Version(String token) {
    /** For stores that have none. */
    public static final Version NONE = new Version("");
}
