package io.waybill.s3endpoint;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint starts. Begin with {@link #memory}, {@link #folder} or {@link #discard}; each further method answers a
 * changed copy.
 *
 * @param mode where bytes go
 * @param folder of mode FOLDER, else null
 * @param port on the loopback address, 0 for any that is free
 * @param buckets made at the start where they are not there
 * @param credentials the key pair that requests must be signed with, or null to let everyone in
 * @param verify whether checksums are computed and compared; only mode DISCARD may do without
 * @param sync whether a folder is forced to the disk before a write is answered
 * @param logged how many entries the request log keeps
 * @param clock for dates in answers
 */
public record EndpointOptions(
        Mode mode,
        @Nullable Path folder,
        int port,
        List<String> buckets,
        @Nullable Credentials credentials,
        boolean verify,
        boolean sync,
        int logged,
        InstantSource clock) {

    /** Where bytes go. */
    public enum Mode {
        /** Into the heap, gone with the endpoint. */
        MEMORY,
        /** Into files below a folder, which other endpoints may have open at the same time. */
        FOLDER,
        /** Nowhere; reading answers zeros. Keys, sizes, tags and checksums stay in the heap. */
        DISCARD
    }

    public EndpointOptions {
        buckets = List.copyOf(buckets);
        if ((mode == Mode.FOLDER) != (folder != null)) {
            throw new IllegalArgumentException("a folder goes with mode FOLDER, and only with it");
        }
        if (!verify && mode != Mode.DISCARD) {
            throw new IllegalArgumentException("only mode DISCARD may leave checksums unverified");
        }
        if (port < 0 || port > 65535 || logged < 0) {
            throw new IllegalArgumentException("port " + port + " or logged " + logged + " is out of bounds");
        }
    }

    private static EndpointOptions of(Mode mode, @Nullable Path folder, int logged) {
        return new EndpointOptions(mode, folder, 0, List.of(), null, true, true, logged, InstantSource.system());
    }

    /** Keeps objects in the heap. */
    public static EndpointOptions memory() {
        return of(Mode.MEMORY, null, 100_000);
    }

    /** Keeps objects below a folder, which is made if it is not there. */
    public static EndpointOptions folder(Path folder) {
        return of(Mode.FOLDER, folder, 10_000);
    }

    /** Keeps no bytes. */
    public static EndpointOptions discard() {
        return of(Mode.DISCARD, null, 0);
    }

    /** Listens on this port. */
    public EndpointOptions port(int number) {
        return new EndpointOptions(mode, folder, number, buckets, credentials, verify, sync, logged, clock);
    }

    /** Makes a bucket at the start, besides those named before. */
    public EndpointOptions bucket(String name) {
        List<String> more = new ArrayList<>(buckets);
        more.add(name);
        return new EndpointOptions(mode, folder, port, more, credentials, verify, sync, logged, clock);
    }

    /** Lets in only requests signed with this key pair. */
    public EndpointOptions credentials(String accessKey, String secretKey) {
        Credentials pair = new Credentials(accessKey, secretKey);
        return new EndpointOptions(mode, folder, port, buckets, pair, verify, sync, logged, clock);
    }

    /** Computes and compares checksums, or takes them for right. */
    public EndpointOptions verify(boolean whether) {
        return new EndpointOptions(mode, folder, port, buckets, credentials, whether, sync, logged, clock);
    }

    /** Forces writes to the disk before they are answered, or leaves that to the operating system. */
    public EndpointOptions sync(boolean whether) {
        return new EndpointOptions(mode, folder, port, buckets, credentials, verify, whether, logged, clock);
    }

    /** Keeps so many entries in the request log. */
    public EndpointOptions logged(int entries) {
        return new EndpointOptions(mode, folder, port, buckets, credentials, verify, sync, entries, clock);
    }

    /** Takes the time from here. */
    public EndpointOptions clock(InstantSource source) {
        return new EndpointOptions(mode, folder, port, buckets, credentials, verify, sync, logged, source);
    }
}
