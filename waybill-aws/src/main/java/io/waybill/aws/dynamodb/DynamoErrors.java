package io.waybill.aws.dynamodb;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Turns what the SDK throws into what the engine decides on. */
final class DynamoErrors {
    private DynamoErrors() {}

    /**
     * @param task "Cannot read ..."
     * @param write whether the request was one that changes something, so that no answer means not known
     */
    static StoreException of(String task, SdkException e, boolean write) {
        Kind kind = kind(e, write);
        return new StoreException(kind, task + ": " + cause(e) + ". " + advice(kind), e);
    }

    static Kind kind(SdkException e, boolean write) {
        if (e instanceof DynamoDbException answer) {
            return answered(answer, write);
        }
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            // These happen before anything of the request is sent.
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException
                    || cause instanceof SSLHandshakeException) {
                return Kind.UNAVAILABLE;
            }
        }
        return write ? Kind.UNKNOWN_OUTCOME : Kind.UNAVAILABLE;
    }

    private static Kind answered(DynamoDbException e, boolean write) {
        Kind byCode = byCode(code(e));
        if (byCode != null) {
            return byCode;
        }
        if (e.statusCode() >= 500) {
            return write ? Kind.UNKNOWN_OUTCOME : Kind.UNAVAILABLE;
        }
        return switch (e.statusCode()) {
            case 401, 403 -> Kind.DENIED;
            case 429 -> Kind.THROTTLED;
            default -> Kind.INVALID;
        };
    }

    /** The kind that an error code or a cancellation reason means, or null if it says too little. */
    static @Nullable Kind byCode(String code) {
        return switch (code) {
            case "ResourceNotFoundException", "TableNotFoundException" -> Kind.NOT_FOUND;
            case "ConditionalCheckFailedException", "ConditionalCheckFailed" -> Kind.CONFLICT;
            case "ProvisionedThroughputExceededException",
                    "ProvisionedThroughputExceeded",
                    "ThrottlingException",
                    "ThrottlingError",
                    "RequestLimitExceeded",
                    "LimitExceededException" -> Kind.THROTTLED;
            case "TransactionConflictException",
                    "TransactionConflict",
                    "ReplicatedWriteConflictException",
                    "ResourceInUseException" -> Kind.UNAVAILABLE;
            case "TransactionInProgressException" -> Kind.UNKNOWN_OUTCOME;
            case "UnrecognizedClientException",
                    "InvalidSignatureException",
                    "IncompleteSignatureException",
                    "MissingAuthenticationTokenException",
                    "MissingAuthenticationToken",
                    "AccessDeniedException",
                    "ExpiredTokenException",
                    "InvalidClientTokenId",
                    "OptInRequired" -> Kind.DENIED;
            case "ValidationException",
                    "ValidationError",
                    "ItemCollectionSizeLimitExceededException",
                    "ItemCollectionSizeLimitExceeded",
                    "SerializationException" -> Kind.INVALID;
            default -> null;
        };
    }

    private static String code(DynamoDbException e) {
        return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                ? ""
                : e.awsErrorDetails().errorCode();
    }

    /** The service's own words, or those of the innermost cause, on one line. */
    private static String cause(SdkException e) {
        if (e instanceof DynamoDbException answer) {
            String said = answer.awsErrorDetails() == null
                    ? null
                    : answer.awsErrorDetails().errorMessage();
            String what = code(answer).isEmpty() ? "" : ", " + code(answer);
            return "HTTP " + answer.statusCode() + what + (said == null || said.isBlank() ? "" : ", " + line(said));
        }
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        String said = cause.getMessage();
        return said == null || said.isBlank() ? "no answer" : line(said);
    }

    private static String line(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    private static String advice(Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> "Check the table's name, the region and the endpoint.";
            case DENIED -> "Check the keys or the profile, and what they are allowed to do.";
            case CONFLICT -> "Look at what stands there.";
            case THROTTLED -> "Lower limits.parallel or raise the table's capacity.";
            case UNAVAILABLE -> "Check that the endpoint can be reached, then go on.";
            case UNKNOWN_OUTCOME -> "The next run looks at the target first.";
            case INVALID, CORRUPT -> "Change the plan.";
        };
    }
}
