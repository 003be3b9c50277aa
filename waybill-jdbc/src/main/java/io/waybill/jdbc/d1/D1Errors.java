package io.waybill.jdbc.d1;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns what the API answers into what the engine decides on. */
final class D1Errors {
    /** Of the API: no or a wrong token, or one without the right. */
    private static final Set<Integer> NOT_ALLOWED = Set.of(1000, 1001, 6003, 6111, 9106, 9107, 9109, 10000, 10001);

    /** The database turned the request away before it began with it. */
    private static final List<String> TOO_MUCH =
            List.of("too many requests", "requests queued for too long", "overloaded", "rate limit");

    /** The database broke off; nobody knows how far it was. */
    private static final List<String> BROKEN = List.of(
            "storage operation exceeded timeout",
            "network connection lost",
            "connection lost",
            "internal error",
            "object to be reset",
            "was reset",
            "code was updated",
            "sqlite_ioerr",
            "sqlite_interrupt",
            "sqlite_nomem");

    private D1Errors() {}

    /**
     * What an answer means that is no success.
     *
     * @param code of the API's first error, or 0
     * @param words of the API's first error, or empty
     * @param writes whether the request may have changed something
     */
    static StoreException of(
            String task, int status, int code, String words, boolean writes, @Nullable Duration retryAfter) {
        Kind kind = kind(status, code, words.toLowerCase(Locale.ROOT), writes);
        String said = words.isEmpty() ? "D1 answered with status " + status : plain(words);
        return new StoreException(kind, task + ": " + said + ". " + advice(kind), null, retryAfter);
    }

    private static Kind kind(int status, int code, String words, boolean writes) {
        if (status == 429 || TOO_MUCH.stream().anyMatch(words::contains)) {
            return Kind.THROTTLED;
        } else if (status == 401
                || status == 403
                || NOT_ALLOWED.contains(code)
                || words.contains("sqlite_auth")
                || words.contains("prohibited")) {
            return Kind.DENIED;
        } else if (status >= 500 || BROKEN.stream().anyMatch(words::contains)) {
            return writes ? Kind.UNKNOWN_OUTCOME : Kind.UNAVAILABLE;
        } else if (words.contains("sqlite_full") || words.contains("maximum db size")) {
            return Kind.UNAVAILABLE;
        } else if (status == 404) {
            return Kind.NOT_FOUND;
        } else if (words.contains("unique constraint") || words.contains("primary key")) {
            return Kind.CONFLICT;
        }
        return Kind.INVALID;
    }

    /** Whether the trouble is with one statement of those that were sent, so that the others may do without it. */
    static boolean isOfAStatement(StoreException e) {
        return e.kind() == Kind.CONFLICT || e.kind() == Kind.INVALID;
    }

    /** Their words on one line, without the code at their end. */
    private static String plain(String words) {
        String line = words.lines().findFirst().orElse(words).strip();
        line = line.replaceAll(":? ?\\(?SQLITE_[A-Z_]+\\)?$", "").strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    static String advice(Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> "Check the options account and database.";
            case DENIED -> "Check the token: it needs the right D1 Edit, or D1 Read for a source, in this account.";
            case CONFLICT -> "Look at what stands there.";
            case THROTTLED -> "Wait, or lower limits.workers.";
            case UNAVAILABLE -> "Check the network and Cloudflare's status, then go on.";
            case UNKNOWN_OUTCOME -> "Look at what stands there.";
            case CORRUPT -> "Check the option endpoint.";
            case INVALID -> "Mend the plan or leave this out.";
        };
    }
}
