package io.waybill.aws.s3;

import io.waybill.aws.s3.WireFailure.Stage;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import org.jspecify.annotations.Nullable;

/** What a failed request means to the engine, and what it says to people. */
final class S3Errors {
    private final String bucket;
    private final String service;
    private final String region;

    S3Errors(String bucket, String service, String region) {
        this.bucket = bucket;
        this.service = service;
        this.region = region;
    }

    /**
     * What was tried.
     *
     * @param thing the item or store, as messages name it
     * @param action the permission it takes
     * @param writes whether the store would be changed in a way that must be known
     */
    record Doing(String verb, String thing, String action, boolean writes) {
        static Doing reading(String verb, String thing, String action) {
            return new Doing(verb, thing, action, false);
        }

        static Doing writing(String verb, String thing, String action) {
            return new Doing(verb, thing, action, true);
        }
    }

    /** The outcome of an effect that failed so: known not to be done, or unknown. */
    Outcome outcome(WireFailure failure, Doing doing) {
        StoreException cause = of(failure, doing);
        return cause.kind() == Kind.UNKNOWN_OUTCOME ? new Outcome.Unknown(cause) : new Outcome.Failed(cause);
    }

    StoreException of(WireFailure failure, Doing doing) {
        Kind kind = kind(failure, doing.writes());
        String text = "Cannot " + doing.verb() + " " + doing.thing() + ": " + cause(failure, doing) + ". "
                + advice(failure, kind);
        return new StoreException(kind, text, failure, failure.retryAfter());
    }

    private static Kind kind(WireFailure failure, boolean writes) {
        if (failure.stage() == Stage.UNSENT) {
            return failure.code().equals("NoCredentials") ? Kind.DENIED : Kind.UNAVAILABLE;
        } else if (failure.stage() == Stage.LOST) {
            return writes ? Kind.UNKNOWN_OUTCOME : Kind.UNAVAILABLE;
        }
        return switch (failure.code()) {
            case "NoSuchBucket", "NoSuchKey", "NoSuchUpload", "NoSuchVersion" -> Kind.NOT_FOUND;
            case "AccessDenied",
                    "InvalidAccessKeyId",
                    "SignatureDoesNotMatch",
                    "ExpiredToken",
                    "InvalidToken",
                    "RequestTimeTooSkewed",
                    "RequestExpired",
                    "AccountProblem" -> Kind.DENIED;
            case "PreconditionFailed", "ConditionalRequestConflict" -> Kind.CONFLICT;
            case "BadDigest",
                    "InvalidDigest",
                    "XAmzContentSHA256Mismatch",
                    "XAmzContentChecksumMismatch",
                    "InvalidSHA256Digest",
                    "ContentSHA256Mismatch" -> Kind.CORRUPT;
            case "SlowDown",
                    "SlowDownRead",
                    "SlowDownWrite",
                    "Throttling",
                    "ThrottlingException",
                    "RequestLimitExceeded",
                    "TooManyRequests",
                    "TooManyRequestsException",
                    "ServiceUnavailable",
                    "ServerBusy" -> Kind.THROTTLED;
            case "RequestTimeout", "IncompleteBody", "OperationAborted" -> Kind.UNAVAILABLE;
            case "InternalError" -> writes ? Kind.UNKNOWN_OUTCOME : Kind.UNAVAILABLE;
            case "InvalidObjectState",
                    "NotImplemented",
                    "EntityTooLarge",
                    "EntityTooSmall",
                    "InvalidPart",
                    "InvalidPartOrder",
                    "InvalidRequest",
                    "InvalidArgument",
                    "KeyTooLongError",
                    "MetadataTooLarge",
                    "PermanentRedirect",
                    "TemporaryRedirect",
                    "AuthorizationHeaderMalformed",
                    "MethodNotAllowed" -> Kind.INVALID;
            default -> byStatus(failure.status(), writes);
        };
    }

    private static Kind byStatus(int status, boolean writes) {
        return switch (status) {
            case 401, 403 -> Kind.DENIED;
            case 404 -> Kind.NOT_FOUND;
            case 408, 425, 507 -> Kind.UNAVAILABLE;
            case 409, 412 -> Kind.CONFLICT;
            case 429, 503 -> Kind.THROTTLED;
            case 501, 505 -> Kind.INVALID;
            default -> {
                if (status >= 300 && status < 500) {
                    yield Kind.INVALID;
                }
                // 5xx, or an error inside of an answer that began as 200: it may have been done all the same.
                yield writes ? Kind.UNKNOWN_OUTCOME : Kind.UNAVAILABLE;
            }
        };
    }

    private String cause(WireFailure failure, Doing doing) {
        String text = failure.text();
        if (failure.stage() == Stage.UNSENT) {
            return switch (failure.code()) {
                case "NoCredentials" -> "no credentials found";
                case "Tls" -> "no trusted connection to " + service + " (" + text + ")";
                default -> service + " cannot be reached (" + text + ")";
            };
        } else if (failure.stage() == Stage.LOST) {
            return failure.code().equals("Interrupted") ? "it was interrupted" : text;
        }
        StringBuilder cause = new StringBuilder("HTTP ").append(failure.status());
        if (!failure.code().isEmpty()) {
            cause.append(' ').append(failure.code());
        }
        boolean named =
                switch (failure.code()) {
                    case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "RequestTimeTooSkewed" -> true;
                    default -> false;
                };
        if (kind(failure, false) == Kind.DENIED && !named) {
            cause.append(", no permission for ").append(doing.action());
        }
        if (!text.isEmpty() && !text.equals(failure.code())) {
            cause.append(" (").append(text).append(')');
        }
        return cause.toString();
    }

    private String advice(WireFailure failure, Kind kind) {
        String right = rightRegion(failure);
        if (right != null) {
            return "Set region: " + right + ", not " + region + ".";
        }
        return switch (failure.code()) {
            case "NoSuchBucket" -> "Create bucket " + bucket + " or correct its name.";
            case "NoCredentials" -> "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the option keys or profile.";
            case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken" -> "Check access key and secret.";
            case "ExpiredToken" -> "Renew the credentials.";
            case "RequestTimeTooSkewed", "RequestExpired" -> "Set this machine's clock right.";
            case "Tls" -> "Check the endpoint, or set ca_bundle.";
            case "UnknownHost" -> "Check the endpoint or region.";
            case "InvalidObjectState" -> "Restore it from its archive first.";
            case "NotImplemented" -> "Run the store's probe, or try option checksum: none.";
            case "NoSuchUpload" -> "Begin the upload anew.";
            case "EntityTooSmall", "InvalidPart" -> "Begin the upload anew, or set part_size.";
            default -> advice(kind);
        };
    }

    private static String advice(Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> "Check its name.";
            case CONFLICT -> "Look at what stands there.";
            case DENIED -> "Grant it.";
            case INVALID -> "The store cannot do this.";
            case CORRUPT -> "Try again; the bytes were changed on the way or in the source.";
            case THROTTLED -> "Try again later or lower the limits.";
            case UNAVAILABLE -> "Try again.";
            case UNKNOWN_OUTCOME -> "It may have been done: look before trying again.";
        };
    }

    private @Nullable String rightRegion(WireFailure failure) {
        if (failure.region() != null && !failure.region().equals(region)) {
            return failure.region();
        }
        int start = failure.text().indexOf("expecting '");
        if (failure.code().equals("AuthorizationHeaderMalformed") && start >= 0) {
            int from = start + "expecting '".length();
            int to = failure.text().indexOf('\'', from);
            return to < 0 ? null : failure.text().substring(from, to);
        }
        return null;
    }
}
