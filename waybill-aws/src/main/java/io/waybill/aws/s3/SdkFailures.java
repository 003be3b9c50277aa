package io.waybill.aws.s3;

import io.waybill.aws.s3.WireFailure.Stage;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;

/** What the SDK throws, as a {@link WireFailure}. */
final class SdkFailures {
    private SdkFailures() {}

    /**
     * Translates.
     *
     * @param sent whether the whole request may have reached the store when no answer came
     */
    static WireFailure of(SdkException e, boolean sent) {
        return e instanceof AwsServiceException answer ? answered(answer) : unanswered(e, sent);
    }

    private static WireFailure answered(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        SdkHttpResponse response = details == null ? null : details.sdkHttpResponse();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String text = details == null || details.errorMessage() == null ? "" : details.errorMessage();
        // Some answers of an error have no body; then the SDK puts the status or a phrase of its own in the code's
        // place.
        if (code.equals(String.valueOf(e.statusCode())) || code.indexOf(' ') >= 0) {
            code = "";
        }
        return new WireFailure(
                Stage.ANSWERED,
                e.statusCode(),
                code,
                oneLine(text),
                header(response, "x-amz-bucket-region"),
                retryAfter(header(response, "Retry-After")),
                e);
    }

    private static @Nullable String header(@Nullable SdkHttpResponse response, String name) {
        return response == null ? null : response.firstMatchingHeader(name).orElse(null);
    }

    private static @Nullable Duration retryAfter(@Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(value.strip())));
        } catch (NumberFormatException | DateTimeException e) {
            // The other form is a date by the store's clock; a pause of our own serves as well.
            return null;
        }
    }

    private static WireFailure unanswered(SdkException e, boolean sent) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String found = unsent(cause);
            if (found != null) {
                return new WireFailure(Stage.UNSENT, 0, found, oneLine(describe(cause)), null, null, e);
            }
        }
        Throwable root = e;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        String code = root instanceof SocketTimeoutException ? "TimedOut" : "";
        if (root instanceof InterruptedException || (root instanceof InterruptedIOException && code.isEmpty())) {
            code = "Interrupted";
        }
        return new WireFailure(sent ? Stage.LOST : Stage.UNSENT, 0, code, oneLine(describe(root)), null, null, e);
    }

    /** Our word for a failure that comes before a byte of the request is sent, or null. */
    private static @Nullable String unsent(Throwable cause) {
        // The client's own exceptions are told by name, so that this class does not depend on which client is used.
        String name = cause.getClass().getSimpleName();
        String text = String.valueOf(cause.getMessage());
        if (cause instanceof UnknownHostException) {
            return "UnknownHost";
        } else if (cause instanceof SSLHandshakeException
                || cause instanceof SSLPeerUnverifiedException
                || cause instanceof CertificateException) {
            return "Tls";
        } else if (cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || name.equals("ConnectTimeoutException")
                || name.equals("ConnectionRequestTimeoutException")) {
            return "NoConnection";
        } else if (text.contains("Unable to load credentials")
                || text.contains("Profile file contained no credentials")) {
            return "NoCredentials";
        }
        return null;
    }

    private static String describe(Throwable cause) {
        String text = cause.getMessage();
        String name = cause.getClass().getSimpleName();
        if (cause instanceof SocketTimeoutException) {
            return "no answer in time";
        } else if (cause instanceof UnknownHostException) {
            return "unknown host " + text;
        } else if (name.equals("NoHttpResponseException") || name.equals("ConnectionClosedException")) {
            return "the connection was closed without an answer";
        }
        return text == null || text.isBlank() ? name : text;
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        line = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
        int end = line.toLowerCase(Locale.ROOT).indexOf(" (service: ");
        line = end < 0 ? line : line.substring(0, end);
        return line.length() > 300 ? line.substring(0, 300) + "..." : line;
    }
}
