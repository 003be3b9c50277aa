package io.waybill.store;

import io.waybill.value.Digest;
import java.io.Closeable;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store of files, both ends. Its selections are folders; listing answers {@link FileItem}s and never follows links out of
 * the root.
 *
 * <p>A small file goes as one effect with its bytes. A larger one goes as an upload in parts: the store opens it and hands
 * out a token, each part answers evidence, and the <em>caller</em> keeps token and parts, so that another process can go on.
 */
public interface FileStore extends Source, Target {
    /**
     * Opens a file's bytes from an offset to its end.
     *
     * @param expected the version that must be read, or null for whatever is there
     * @throws StoreException CONFLICT if the version is another, NOT_FOUND, DENIED
     */
    Reading read(FileKey key, long offset, @Nullable Version expected) throws StoreException;

    /** An open file. Not safe for use by several threads. */
    interface Reading extends Closeable {
        /** The file as it was when it was opened, attributes included. */
        FileItem item();

        /** The bytes from the offset on; it ends early only by throwing. */
        InputStream stream();

        /**
         * Checks that the file is still what it was when it was opened; call it after the last byte.
         *
         * @throws StoreException of kind CONFLICT if the file changed, NOT_FOUND if it is gone
         */
        void confirm() throws StoreException;
    }

    /** The size of parts for a file of this size, in bytes, or 0 when it goes in one piece. Fixed when an upload begins. */
    long partSize(long size);

    /** Opens an upload in parts; answers its token. {@code effect.content} has no bytes. */
    String begin(Effect effect) throws StoreException;

    /**
     * Sends one part. Sending a part again replaces it.
     *
     * @param number from 1
     * @param offset of the part in the file, in bytes
     * @param bytes position to limit; read through a duplicate
     * @param sha256 of these bytes
     */
    Part part(Effect effect, String token, int number, long offset, ByteBuffer bytes, Digest sha256)
            throws StoreException;

    /**
     * A part that the store has.
     *
     * @param tag the store's word for it, needed at completion
     * @param sha256 of its bytes, computed by us
     */
    record Part(int number, long size, String tag, Digest sha256) {}

    /**
     * The parts that the store holds for an upload, by number, with tag and size (their digests may be absent), or null
     * if there is no such upload.
     */
    @Nullable
    List<StoredPart> parts(FileKey key, String token) throws StoreException;

    /** A part as the store lists it. */
    record StoredPart(int number, long size, String tag) {}

    /** Puts the parts together under the effect's condition; {@code effect.content} has the whole digest. */
    Outcome complete(Effect effect, String token, List<Part> parts) throws StoreException;

    /** Gives up an upload and removes its parts; one that is not there is no error. */
    void abort(FileKey key, String token) throws StoreException;

    /** The tokens of uploads that are open on this key, whoever began them. */
    List<String> uploads(FileKey key) throws StoreException;

    /** Those of them that an effect with this mark began; none where uploads do not carry marks. */
    default List<String> uploads(FileKey key, String mark) throws StoreException {
        return List.of();
    }

    /** The checksum that the store should say after completing these parts, if it composes one. */
    default @Nullable Checksum composite(List<Part> parts) {
        return null;
    }

    /**
     * Whether names are a tree: a file cannot stand where a folder must, and a folder that is not there is made when it is
     * needed, the root included.
     */
    default boolean isTree() {
        return false;
    }
}
