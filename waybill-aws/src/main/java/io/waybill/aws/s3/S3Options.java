package io.waybill.aws.s3;

import io.waybill.aws.AwsOptions;
import io.waybill.store.StoreProvider;
import io.waybill.store.StoreProvider.Option;
import io.waybill.store.StoreProvider.Settings;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an S3 store is opened with.
 *
 * @param root empty, or what stands before every key, ending in {@code /}
 * @param endpoint null for AWS
 * @param partSize in bytes, or 0 to let the file's size decide
 * @param identity what the store is called in fingerprints, or null for endpoint, bucket and root
 */
public record S3Options(
        String bucket,
        String root,
        @Nullable URI endpoint,
        boolean pathStyle,
        AwsOptions access,
        long partSize,
        @Nullable String storageClass,
        @Nullable String sse,
        @Nullable String sseKmsKey,
        Duration timeout,
        ChecksumUse checksum,
        boolean insecure,
        @Nullable Path caBundle,
        @Nullable String identity) {
    /** The smallest part that S3 takes, but for the last. */
    static final long MIN_PART = 5L << 20;

    /** The largest. */
    static final long MAX_PART = 5L << 30;

    /** Which checksum goes with what is written. */
    enum ChecksumUse {
        /** SHA-256, unless a probe found that the store does not check it. */
        AUTO,
        SHA256,
        CRC32,
        NONE
    }

    /** The options as a plan names them. */
    static final List<Option> OPTIONS = options();

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,6})?) ?([kKMGT]i?B|B)?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private static List<Option> options() {
        List<Option> all = new ArrayList<>();
        all.add(new Option("bucket", StoreProvider.Type.TEXT, null, true, "Bucket."));
        all.add(new Option("root", StoreProvider.Type.TEXT, null, false, "What stands before every key, as a folder."));
        all.add(new Option(
                "endpoint",
                StoreProvider.Type.TEXT,
                null,
                false,
                "Address of the service if it is not AWS; else AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL."));
        all.add(
                new Option(
                        "path_style",
                        StoreProvider.Type.BOOLEAN,
                        null,
                        false,
                        "Whether the bucket stands in the path rather than in the host name; true with an endpoint, else false."));
        all.addAll(AwsOptions.OPTIONS);
        all.add(
                new Option(
                        "part_size",
                        StoreProvider.Type.TEXT,
                        null,
                        false,
                        "Size of the parts of large files, 5MiB to 5GiB; else 16MiB or more, so that there are at most 9,999."));
        all.add(new Option("storage_class", StoreProvider.Type.TEXT, null, false, "Storage class of what is written."));
        all.add(new Option(
                "sse", StoreProvider.Type.TEXT, null, false, "Encryption of what is written: AES256 or aws:kms."));
        all.add(new Option("sse_kms_key", StoreProvider.Type.TEXT, null, false, "Key of aws:kms, else the bucket's."));
        all.add(new Option(
                "timeout", StoreProvider.Type.DURATION, "60s", false, "Longest wait for bytes or an answer."));
        all.add(
                new Option(
                        "checksum",
                        StoreProvider.Type.TEXT,
                        "auto",
                        false,
                        "Checksum sent with what is written: auto, sha256, crc32 or none. The signature covers SHA-256 anyway."));
        all.add(new Option(
                "tls",
                StoreProvider.Type.TEXT,
                "verify",
                false,
                "verify, or insecure to trust any certificate (for tests only)."));
        all.add(new Option(
                "ca_bundle", StoreProvider.Type.TEXT, null, false, "File with the certificates to trust, in PEM."));
        all.add(new Option(
                "identity",
                StoreProvider.Type.TEXT,
                null,
                false,
                "Name of the store in a plan's fingerprint, where its endpoint changes and the store does not."));
        return List.copyOf(all);
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException naming the option and what it may be
     */
    static S3Options of(Settings settings) {
        URI endpoint = endpoint(settings);
        String style = settings.find("path_style");
        String bundle = settings.find("ca_bundle");
        String tls = settings.options().getOrDefault("tls", "verify");
        if (!tls.equals("verify") && !tls.equals("insecure")) {
            throw new IllegalArgumentException("Option tls is " + tls + ". It may be verify or insecure.");
        }
        return new S3Options(
                bucket(settings.option("bucket")),
                root(settings.options().getOrDefault("root", "")),
                endpoint,
                style == null ? endpoint != null : Boolean.parseBoolean(style),
                AwsOptions.of(settings),
                partSize(settings.find("part_size")),
                settings.find("storage_class"),
                settings.find("sse"),
                settings.find("sse_kms_key"),
                timeout(settings.options().getOrDefault("timeout", "60s")),
                checksum(settings.options().getOrDefault("checksum", "auto")),
                tls.equals("insecure"),
                bundle == null ? null : settings.folder().resolve(bundle),
                settings.find("identity"));
    }

    private static String bucket(String bucket) {
        if (bucket.isBlank() || bucket.indexOf('/') >= 0 || bucket.length() > 255) {
            throw new IllegalArgumentException("Option bucket is \"" + bucket
                    + "\". It is a name without slashes; what comes before keys goes into root.");
        }
        return bucket;
    }

    private static String root(String root) {
        return root.isEmpty() || root.endsWith("/") ? root : root + "/";
    }

    private static @Nullable URI endpoint(Settings settings) {
        String text = settings.find("endpoint");
        for (String name : new String[] {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) {
            if (text == null || text.isBlank()) {
                text = settings.environment().apply(name);
            }
        }
        if (text == null || text.isBlank()) {
            return null;
        }
        URI uri;
        try {
            uri = new URI(text.strip().replaceAll("/+$", ""));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("Option endpoint is no address. It looks like https://host:port.", e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new IllegalArgumentException("Option endpoint is " + text + ". It looks like https://host:port.");
        }
        if (uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException(
                    "Option endpoint holds more than scheme, host, port and path. Give keys by the option keys.");
        }
        return uri;
    }

    private static long partSize(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        Matcher form = SIZE.matcher(text);
        if (form.matches()) {
            String unit = form.group(2) == null ? "B" : form.group(2);
            int power = "BKMGT".indexOf(Character.toUpperCase(unit.charAt(0)));
            BigDecimal bytes = new BigDecimal(form.group(1))
                    .multiply(
                            BigDecimal.valueOf(unit.length() == 3 ? 1024 : 1000).pow(power));
            if (bytes.compareTo(BigDecimal.valueOf(MIN_PART)) >= 0
                    && bytes.compareTo(BigDecimal.valueOf(MAX_PART)) <= 0) {
                return bytes.longValue();
            }
        }
        throw new IllegalArgumentException(
                "Option part_size is " + text + ". It is a size from 5MiB to 5GiB, for example 64MiB.");
    }

    private static Duration timeout(String text) {
        Matcher part = DURATION.matcher(text);
        long millis = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            millis += Long.parseLong(part.group(1)) * MILLIS.getOrDefault(part.group(2), 0L);
            end = part.end();
        }
        if (end == 0 || end != text.length() || millis < 100 || millis > 3_600_000) {
            throw new IllegalArgumentException(
                    "Option timeout is " + text + ". It is a duration from 100ms to 1h, for example 30s.");
        }
        return Duration.ofMillis(millis);
    }

    private static ChecksumUse checksum(String text) {
        for (ChecksumUse use : ChecksumUse.values()) {
            if (use.name().toLowerCase(Locale.ROOT).equals(text)) {
                return use;
            }
        }
        throw new IllegalArgumentException("Option checksum is " + text + ". It may be auto, sha256, crc32 or none.");
    }

    /** The service: the endpoint in a form that does not depend on how it was written, or {@code aws}. */
    String service() {
        if (endpoint == null) {
            return "aws";
        }
        String scheme = endpoint.getScheme().toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? 443 : 80;
        String port = endpoint.getPort() < 0 || endpoint.getPort() == usual ? "" : ":" + endpoint.getPort();
        String path = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
        return scheme + "://" + endpoint.getHost().toLowerCase(Locale.ROOT) + port + path;
    }
}
