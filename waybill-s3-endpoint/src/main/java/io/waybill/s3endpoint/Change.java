package io.waybill.s3endpoint;

/** One change of what the endpoint holds; a folder's journal is a row of them. */
sealed interface Change {
    /** A bucket came into being. */
    record BucketMade(String name, long at) implements Change {}

    /** An empty bucket went. */
    record BucketGone(String name) implements Change {}

    /** An object was written, over what stood there. */
    record ObjectPut(String bucket, byte[] packed) implements Change {}

    /** An object went. */
    record ObjectGone(String bucket, byte[] key) implements Change {}

    /** An upload in parts began. */
    record UploadBegun(Upload upload) implements Change {}

    /** A part arrived, over one of the same number. */
    record PartPut(long upload, Part part) implements Change {}

    /** An upload was given up, its parts went. */
    record UploadGone(long upload) implements Change {}

    /** An upload became an object. */
    record UploadDone(long upload, String bucket, byte[] packed) implements Change {}

    default byte[] pack() {
        Pack pack = new Pack();
        if (this instanceof BucketMade made) {
            pack.octet(1).text(made.name()).count(made.at());
        } else if (this instanceof BucketGone gone) {
            pack.octet(2).text(gone.name());
        } else if (this instanceof ObjectPut put) {
            pack.octet(3).text(put.bucket()).counted(put.packed());
        } else if (this instanceof ObjectGone gone) {
            pack.octet(4).text(gone.bucket()).counted(gone.key());
        } else if (this instanceof UploadBegun begun) {
            begun.upload().pack(pack.octet(5));
        } else if (this instanceof PartPut put) {
            put.part().pack(pack.octet(6).fixed(put.upload()));
        } else if (this instanceof UploadGone gone) {
            pack.octet(7).fixed(gone.upload());
        } else if (this instanceof UploadDone done) {
            pack.octet(8).fixed(done.upload()).text(done.bucket()).counted(done.packed());
        } else {
            throw new IllegalStateException("unknown change " + this);
        }
        return pack.take();
    }

    /** The change in these bytes; throws an unchecked exception when they make no sense. */
    static Change unpack(byte[] packed) {
        Unpack from = new Unpack(packed);
        int kind = from.octet();
        return switch (kind) {
            case 1 -> new BucketMade(from.text(), from.count());
            case 2 -> new BucketGone(from.text());
            case 3 -> new ObjectPut(from.text(), from.counted());
            case 4 -> new ObjectGone(from.text(), from.counted());
            case 5 -> new UploadBegun(Upload.unpack(from));
            case 6 -> new PartPut(from.fixed(), Part.unpack(from));
            case 7 -> new UploadGone(from.fixed());
            case 8 -> new UploadDone(from.fixed(), from.text(), from.counted());
            default -> throw new IllegalArgumentException("unknown kind of change " + kind);
        };
    }
}
