package io.waybill.engine;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one way in which an address that a plan names is called. What it answers never names the address: that may be a secret. */
final class Webhook {
    private Webhook() {}

    /**
     * How a call went.
     *
     * @param trouble what went wrong, or null
     * @param passing whether the same call may go well later
     */
    record Answer(@Nullable String trouble, boolean passing) {
        static final Answer TAKEN = new Answer(null, false);

        static Answer status(int status) {
            boolean passing = status == 408 || status == 429 || status >= 500;
            return status / 100 == 2 ? TAKEN : new Answer("HTTP " + status, passing);
        }
    }

    /** Posts this as JSON and waits for the answer, no longer than the time-out or a request to stop. */
    static Answer post(URI address, Value.MapOf told, Duration timeout, Stop stop) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(told)))
                .build();
        HttpClient client = HttpClient.newBuilder().connectTimeout(timeout).build();
        CompletableFuture<Integer> answer = client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
        Answer late = new Answer("no answer within " + timeout.toMillis() + " ms", true);
        long end = System.nanoTime() + timeout.toNanos();
        while (!answer.isDone()) {
            boolean over = System.nanoTime() > end; // an answer may begin in time and never end
            if (over || stop.isRequested()) {
                answer.cancel(true);
                return over ? late : new Answer("it was stopped", false);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        try {
            return Answer.status(answer.join());
        } catch (CompletionException e) {
            return e.getCause() instanceof HttpTimeoutException
                    ? late
                    : new Answer(address.getHost() + " does not answer", true);
        }
    }
}
