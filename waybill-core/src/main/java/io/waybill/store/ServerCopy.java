package io.waybill.store;

/** A file store that can copy within its own service, without the bytes passing through us. */
public interface ServerCopy {
    /** Whether it can copy from this store. */
    boolean canCopyFrom(Store source);

    /** The largest item, in bytes, that is copied by one request; larger ones by an upload, which a crash leaves open. */
    default long copiesAtOnce() {
        return Long.MAX_VALUE;
    }

    /** Copies the source item, at just this version, as the effect says. {@code effect.content} has no bytes. */
    Outcome copy(Store source, FileItem item, Effect effect) throws StoreException;
}
