package io.waybill.store;

import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Shape;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * Rows of one table in the form in which their store sent them: told apart, digested and handed on to a table of the same
 * types without being decoded. As a list, each is decoded when somebody asks for it; all of them can be. Immutable.
 */
public interface RawRows extends List<Item> {
    /** The names of their fields, in order. */
    Shape shape();

    /** The key of a row. */
    Row key(int row);

    /** Writes the values of the key of a row as {@link io.waybill.value.RowCodec#values(Row, DataOutputStream)} does. */
    void key(int row, DataOutputStream out) throws IOException;

    /** Puts the digest of a row, that of {@link io.waybill.value.Canonical#digest}, into {@link Digest#ROW} bytes from a place on. */
    void digest(int row, byte[] into, int at);
}
