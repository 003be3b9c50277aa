package io.waybill.jdbc.d1;

import io.waybill.store.Secret;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends statements to one database. Tries nothing twice. Safe for many threads. */
final class D1Client {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(20);
    private static final int LONGEST_PAUSE = 3_600;

    /** In what form rows come. */
    enum Form {
        /** Each as an object, by the names of its columns. */
        QUERY,
        /** Each as an array. */
        RAW
    }

    private final HttpClient http;
    private final String base;
    private final Secret token;
    private final Duration timeout;

    D1Client(D1Options options) {
        this.token = Objects.requireNonNull(options.token());
        this.timeout = options.timeout();
        this.base = options.endpoint() + "/accounts/" + options.account() + "/d1/database/" + options.database() + "/";
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * Runs statements, all of them or none. Answers the field {@code results} of each.
     *
     * @param writes whether a lost answer leaves it open what happened
     */
    List<Value> run(List<D1Statement> statements, Form form, boolean writes, String task) throws StoreException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + (form == Form.RAW ? "raw" : "query")))
                .timeout(timeout)
                .header("Authorization", "Bearer " + token.reveal())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(D1Statement.body(statements), StandardCharsets.UTF_8))
                .build();
        HttpResponse<String> response = send(request, writes, task);
        Value answer = parse(response, writes, task);
        boolean success = field(answer, "success") instanceof Value.Bool bool && bool.value();
        if (response.statusCode() / 100 != 2 || !success) {
            throw failed(response, answer, writes, task);
        }
        List<Value> results = new ArrayList<>();
        if (field(answer, "result") instanceof Value.ListOf list) {
            for (Value result : list.values()) {
                Value rows = field(result, "results");
                results.add(rows == null ? Value.NULL : rows);
            }
        }
        if (results.size() != statements.size()) {
            throw odd(writes, task + ": D1 answered to " + results.size() + " statements of " + statements.size());
        }
        return results;
    }

    private HttpResponse<String> send(HttpRequest request, boolean writes, String task) throws StoreException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (HttpConnectTimeoutException | ConnectException e) {
            throw unreachable(Kind.UNAVAILABLE, task + ": " + request.uri().getAuthority() + " cannot be reached", e);
        } catch (HttpTimeoutException e) {
            throw unreachable(lost(writes), task + ": there was no answer within " + timeout.toMillis() + " ms", e);
        } catch (IOException e) {
            throw unreachable(lost(writes), task + ": the connection broke before the answer was there" + said(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(lost(writes), task + ": it was interrupted", e);
        }
    }

    /** In brackets what was said of it, for example of a certificate. */
    private static String said(IOException e) {
        String words = e.getMessage();
        return words == null || words.isBlank()
                ? ""
                : " (" + words.lines().findFirst().orElse("").strip() + ")";
    }

    private static Kind lost(boolean writes) {
        return writes ? Kind.UNKNOWN_OUTCOME : Kind.UNAVAILABLE;
    }

    private static StoreException unreachable(Kind kind, String what, Exception cause) {
        return new StoreException(kind, what + ". " + D1Errors.advice(kind), cause);
    }

    /** An answer that is none of this API leaves a write open. */
    private static StoreException odd(boolean writes, String what) {
        Kind kind = writes ? Kind.UNKNOWN_OUTCOME : Kind.CORRUPT;
        return new StoreException(kind, what + ". " + D1Errors.advice(kind));
    }

    /** The body, or null where a failure has none that is JSON. */
    private static @Nullable Value parse(HttpResponse<String> response, boolean writes, String task)
            throws StoreException {
        try {
            return Json.parse(response.body());
        } catch (Json.SyntaxException e) {
            if (response.statusCode() / 100 == 2) {
                throw odd(writes, task + ": the answer is no JSON");
            }
            return null;
        }
    }

    private StoreException failed(HttpResponse<String> response, @Nullable Value answer, boolean writes, String task) {
        String words = "";
        int code = 0;
        if (field(answer, "errors") instanceof Value.ListOf errors
                && !errors.values().isEmpty()) {
            Value first = errors.values().get(0);
            words = field(first, "message") instanceof Value.Text text ? text.value() : "";
            code = field(first, "code") instanceof Value.Int number
                            && number.value().bitLength() < 32
                    ? number.value().intValue()
                    : 0;
        }
        return D1Errors.of(
                task,
                response.statusCode(),
                code,
                words.replace(token.reveal(), "***"),
                writes,
                response.headers()
                        .firstValue("retry-after")
                        .map(D1Client::pause)
                        .orElse(null));
    }

    private static @Nullable Duration pause(String seconds) {
        return seconds.matches("[0-9]{1,6}")
                ? Duration.ofSeconds(Math.min(LONGEST_PAUSE, Integer.parseInt(seconds)))
                : null;
    }

    static @Nullable Value field(@Nullable Value value, String name) {
        return value instanceof Value.MapOf map ? map.values().get(name) : null;
    }
}
