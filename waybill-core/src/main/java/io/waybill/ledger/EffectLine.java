package io.waybill.ledger;

import io.waybill.store.Checksum;
import io.waybill.store.FileKey;
import io.waybill.store.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * One effect of an entry.
 *
 * @param n its place in the entry, from 0
 * @param kind put or remove
 * @param target the encoded key at the target
 * @param foundSize bytes of what the listing of the target found there, or null when nothing was found
 * @param foundVersion its version
 * @param version evidence: the version that the target answered
 * @param checksum evidence: the checksum that the target computed
 * @param proof how the content was verified: {@code checksum} or {@code read}
 * @param image where the before-image is kept
 * @param upload the token of an upload that is under way
 * @param targetHash of the target's store and key
 * @param partSize its part size in bytes, 0 when it goes in one piece
 */
public record EffectLine(
        int n,
        String kind,
        String target,
        State state,
        @Nullable Long foundSize,
        @Nullable String foundVersion,
        @Nullable String version,
        @Nullable Checksum checksum,
        @Nullable String proof,
        @Nullable Provenance provenance,
        @Nullable String image,
        @Nullable String upload,
        long partSize,
        long targetHash) {
    public FileKey targetKey() {
        return FileKey.parse(target);
    }
}
