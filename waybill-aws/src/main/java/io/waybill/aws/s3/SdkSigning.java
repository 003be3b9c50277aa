package io.waybill.aws.s3;

import io.waybill.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.CredentialUtils;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.spi.scheme.AuthScheme;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Signs the SDK's requests with {@link SigV4}, because the SDK's own signer would hash each payload again: the hash that a
 * caller put into {@code x-amz-content-sha256} is used, and only a small body without one is hashed here.
 */
final class SdkSigning implements AuthScheme<AwsCredentialsIdentity>, HttpSigner<AwsCredentialsIdentity> {
    static final String PAYLOAD_HASH = "x-amz-content-sha256";

    private final SigV4 signature;
    private final InstantSource clock;

    SdkSigning(String region, InstantSource clock) {
        this.signature = new SigV4(region, "s3");
        this.clock = clock;
    }

    @Override
    public String schemeId() {
        return AwsV4AuthScheme.SCHEME_ID;
    }

    @Override
    public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
        return providers.identityProvider(AwsCredentialsIdentity.class);
    }

    @Override
    public HttpSigner<AwsCredentialsIdentity> signer() {
        return this;
    }

    @Override
    public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
        SdkHttpRequest http = request.request();
        AwsCredentialsIdentity identity = request.identity();
        if (CredentialUtils.isAnonymous(identity)) {
            return SignedRequest.builder()
                    .request(http)
                    .payload(request.payload().orElse(null))
                    .build();
        }
        SigV4.Keys keys = new SigV4.Keys(
                identity.accessKeyId(),
                identity.secretAccessKey(),
                identity instanceof AwsSessionCredentialsIdentity session ? session.sessionToken() : null);
        String payload = http.firstMatchingHeader(PAYLOAD_HASH)
                .orElseGet(() -> request.payload().map(SdkSigning::hash).orElse(SigV4.EMPTY));
        Instant now = clock.instant();
        boolean usualPort = SdkHttpUtils.isUsingStandardPort(http.protocol(), http.port());
        SdkHttpRequest.Builder signed =
                http.toBuilder().putHeader("Host", usualPort ? http.host() : http.host() + ':' + http.port());
        Map<String, String> headers = signature.sign(
                keys,
                now,
                http.method().name(),
                http.encodedPath(),
                http.rawQueryParameters(),
                signed.headers(),
                payload);
        headers.forEach(signed::putHeader);
        return SignedRequest.builder()
                .request(signed.build())
                .payload(request.payload().orElse(null))
                .build();
    }

    private static String hash(ContentStreamProvider payload) {
        MessageDigest sha256 = Digest.newSha256();
        byte[] buffer = new byte[8192];
        try (InputStream in = payload.newStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    @Override
    public CompletableFuture<AsyncSignedRequest> signAsync(AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
        throw new UnsupportedOperationException("only the synchronous client is used");
    }
}
