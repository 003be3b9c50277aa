package io.waybill.aws;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.StoreProvider.Settings;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;

/** Where keys and region come from: the options, then the environment, then what the SDK finds on this machine. */
public final class AwsAccess {
    private AwsAccess() {}

    /**
     * The keys to sign with. Temporary ones are renewed as long as their source renews them.
     *
     * @throws StoreException of kind DENIED if the options name keys that are not there
     */
    public static AwsCredentialsProvider credentials(AwsOptions options, Settings settings) throws StoreException {
        if (options.anonymous()) {
            return AnonymousCredentialsProvider.create();
        }
        if (options.accessKeyId() != null && options.secretAccessKey() != null) {
            return fixed(
                    options.accessKeyId(),
                    options.secretAccessKey().reveal(),
                    options.sessionToken() == null
                            ? null
                            : options.sessionToken().reveal());
        }
        UnaryOperator<@Nullable String> environment = settings.environment();
        if (options.keys() != null) {
            AwsCredentialsProvider found = environment(environment, options.keys());
            if (found == null) {
                throw new StoreException(
                        Kind.DENIED,
                        "Cannot open store " + settings.name() + ": environment variables " + options.keys()
                                + "_ACCESS_KEY_ID and " + options.keys()
                                + "_SECRET_ACCESS_KEY are not both set. Set them.");
            }
            return found;
        }
        if (options.profile() != null) {
            return ProfileCredentialsProvider.create(options.profile());
        }
        AwsCredentialsProvider found = environment(environment, "AWS");
        return found != null ? found : DefaultCredentialsProvider.builder().build();
    }

    private static @Nullable AwsCredentialsProvider environment(
            UnaryOperator<@Nullable String> environment, String prefix) {
        String id = environment.apply(prefix + "_ACCESS_KEY_ID");
        String secret = environment.apply(prefix + "_SECRET_ACCESS_KEY");
        if (id == null || id.isBlank() || secret == null || secret.isBlank()) {
            return null;
        }
        return fixed(id, secret, environment.apply(prefix + "_SESSION_TOKEN"));
    }

    private static AwsCredentialsProvider fixed(String id, String secret, @Nullable String token) {
        return StaticCredentialsProvider.create(
                token == null || token.isBlank()
                        ? AwsBasicCredentials.create(id.strip(), secret.strip())
                        : AwsSessionCredentials.create(id.strip(), secret.strip(), token.strip()));
    }

    /** The region of the options, the environment or the profile, or null if none says one. */
    public static @Nullable String region(AwsOptions options, Settings settings) {
        if (options.region() != null) {
            return options.region();
        }
        for (String name : new String[] {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
            String value = settings.environment().apply(name);
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        String profile = options.profile() != null
                ? options.profile()
                : ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow();
        try {
            Region region = new AwsProfileRegionProvider(null, profile).getRegion();
            return region.id();
        } catch (SdkClientException e) {
            // The profile says none; that is no fault.
            return null;
        }
    }
}
