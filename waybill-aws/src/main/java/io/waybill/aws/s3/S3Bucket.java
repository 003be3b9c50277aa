package io.waybill.aws.s3;

import io.waybill.aws.s3.S3Errors.Doing;
import io.waybill.aws.s3.S3Options.ChecksumUse;
import io.waybill.store.Abilities;
import io.waybill.store.Checksum;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Location;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What the parts of the store share: the bucket, its root, the wire, and what was found out about the service. */
final class S3Bucket {
    private static final int LONGEST_KEY = 1_024;

    private final S3Options options;
    private final Wire wire;
    private final InstantSource clock;
    private final S3Errors errors;
    private volatile @Nullable Abilities abilities;

    S3Bucket(S3Options options, String region, Wire wire, InstantSource clock) {
        this.options = options;
        this.clock = clock;
        this.wire = wire;
        this.errors = new S3Errors(options.bucket(), options.service(), region);
    }

    S3Options options() {
        return options;
    }

    Wire wire() {
        return wire;
    }

    InstantSource clock() {
        return clock;
    }

    S3Errors errors() {
        return errors;
    }

    /** What a probe found, or null before one was relied upon. */
    @Nullable
    Abilities abilities() {
        return abilities;
    }

    void rely(Abilities found) {
        abilities = found;
    }

    Location location() {
        String root = options.root();
        return new Location(
                "s3", options.bucket() + (root.isEmpty() ? "" : "/" + root.substring(0, root.length() - 1)));
    }

    /** The whole key of the object. */
    String key(FileKey key) {
        return options.root() + key.path();
    }

    /** The key below the root. */
    FileKey fileKey(String key) {
        return new FileKey(key.substring(options.root().length()));
    }

    String thing(FileKey key) {
        return location().of(key);
    }

    /** Why no object can have the key, or the empty text. */
    String objection(FileKey key) {
        if (!key.isText()) {
            return "the name is not valid Unicode text, which S3 keys are";
        }
        String whole = key(key);
        int length = whole.getBytes(StandardCharsets.UTF_8).length;
        if (key.path().isEmpty()) {
            return "the name is empty";
        } else if (length > LONGEST_KEY) {
            return "the key has " + length + " bytes, S3 takes " + LONGEST_KEY;
        } else if (options.endpoint() != null && whole.indexOf('\0') >= 0) {
            return "the name holds U+0000, which S3 services other than AWS refuse";
        } else if (options.endpoint() == null && climbsOut(whole)) {
            return "the key has more .. parts than parts before them, which S3 refuses";
        }
        return "";
    }

    private static boolean climbsOut(String key) {
        int depth = 0;
        for (String part : key.split("/", -1)) {
            depth += part.equals("..") ? -1 : 1;
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether SHA-256 checksum headers are sent. */
    boolean sendsSha256() {
        Abilities found = abilities;
        boolean checked = found == null || found.honestChecksums().contains(Checksum.SHA256);
        return options.checksum() == ChecksumUse.SHA256 || (options.checksum() == ChecksumUse.AUTO && checked);
    }

    /** Whether what the store says of SHA-256 was found honest. */
    boolean provenSha256() {
        Abilities found = abilities;
        return found != null && found.honestChecksums().contains(Checksum.SHA256);
    }

    Wire.Body body(ByteBuffer bytes, Digest sha256) {
        return new Wire.Body(
                bytes,
                sha256.hex(),
                sendsSha256() ? Checksums.header(sha256) : null,
                options.checksum() == ChecksumUse.CRC32 ? Checksums.crc32(bytes) : null);
    }

    FileItem item(FileKey key, Wire.Head head) {
        return new FileItem(
                key,
                head.size(),
                head.modified(),
                new Version(head.etag()),
                S3Attributes.decode(head.meta()),
                head.checksum(),
                S3Attributes.mark(head.meta()));
    }

    /** The head of an object, or null. */
    Wire.@Nullable Head head(FileKey key) throws StoreException {
        try {
            return wire.head(key(key));
        } catch (WireFailure e) {
            throw errors.of(e, Doing.reading("look at", thing(key), "s3:GetObject and s3:ListBucket"));
        }
    }

    /** The item as it stands, or null. */
    @Nullable
    FileItem find(FileKey key) throws StoreException {
        Wire.Head head = head(key);
        return head == null ? null : item(key, head);
    }

    StoreException invalid(String verb, FileKey key, String cause) {
        return new StoreException(Kind.INVALID, "Cannot " + verb + " " + thing(key) + ": " + cause + ".");
    }
}
