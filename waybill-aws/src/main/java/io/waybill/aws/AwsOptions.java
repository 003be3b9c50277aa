package io.waybill.aws;

import io.waybill.store.Secret;
import io.waybill.store.StoreProvider;
import io.waybill.store.StoreProvider.Option;
import io.waybill.store.StoreProvider.Settings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every store of an AWS service is told about who asks and where. Names no SDK class, so that a provider can be loaded
 * without the SDK.
 *
 * @param region as given, or null
 * @param profile of the shared configuration files, or null
 * @param keys the prefix of the environment variables that hold the keys, or null
 */
public record AwsOptions(
        @Nullable String region,
        @Nullable String profile,
        @Nullable String keys,
        @Nullable String accessKeyId,
        @Nullable Secret secretAccessKey,
        @Nullable Secret sessionToken,
        boolean anonymous) {
    /** The options as a plan names them. */
    public static final List<Option> OPTIONS = List.of(
            new Option(
                    "region",
                    StoreProvider.Type.TEXT,
                    null,
                    false,
                    "Region; else AWS_REGION, AWS_DEFAULT_REGION or the profile's."),
            new Option(
                    "profile",
                    StoreProvider.Type.TEXT,
                    null,
                    false,
                    "Profile of the AWS configuration files to take keys from."),
            new Option(
                    "keys",
                    StoreProvider.Type.TEXT,
                    null,
                    false,
                    "Prefix of the environment variables with the keys: SRC means SRC_ACCESS_KEY_ID,"
                            + " SRC_SECRET_ACCESS_KEY and, if it is set, SRC_SESSION_TOKEN."),
            new Option(
                    "access_key_id", StoreProvider.Type.SECRET, null, false, "Access key; better by keys or profile."),
            new Option(
                    "secret_access_key",
                    StoreProvider.Type.SECRET,
                    null,
                    false,
                    "Its secret; better by keys or profile."),
            new Option("session_token", StoreProvider.Type.SECRET, null, false, "The token of temporary keys."),
            new Option(
                    "anonymous",
                    StoreProvider.Type.BOOLEAN,
                    "false",
                    false,
                    "Sign nothing: for what the public may read."));

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if options exclude each other or one is missing
     */
    public static AwsOptions of(Settings settings) {
        AwsOptions options = new AwsOptions(
                settings.find("region"),
                settings.find("profile"),
                settings.find("keys"),
                settings.find("access_key_id"),
                secret(settings.find("secret_access_key")),
                secret(settings.find("session_token")),
                Boolean.parseBoolean(settings.options().getOrDefault("anonymous", "false")));
        int ways = (options.profile == null ? 0 : 1)
                + (options.keys == null ? 0 : 1)
                + (options.accessKeyId == null && options.secretAccessKey == null ? 0 : 1)
                + (options.anonymous ? 1 : 0);
        if (ways > 1) {
            throw new IllegalArgumentException(
                    "Options profile, keys, access_key_id and anonymous exclude each other. Give one of them.");
        }
        if ((options.accessKeyId == null) != (options.secretAccessKey == null)) {
            throw new IllegalArgumentException("Options access_key_id and secret_access_key go together. Give both.");
        }
        return options;
    }

    private static @Nullable Secret secret(@Nullable String value) {
        return value == null ? null : new Secret(value);
    }
}
