package io.waybill.aws.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * Stands before a DynamoDB service and misbehaves as a script says, in the ways that the real service and real networks do
 * and DynamoDB Local never does. Safe for many threads.
 */
public final class FaultyDynamo implements Closeable {
    /** What happens to a request. */
    public sealed interface Fault {
        /** Nothing special. */
        record None() implements Fault {}

        /** An error answer; the request is not carried out. {@code type} as in {@code ThrottlingException}. */
        record Refused(int status, String type, String message) implements Fault {}

        /** Every {@code nth} part of a batch is left unprocessed, the others are carried out; 1 means all. Other requests are
         * carried out. */
        record Unprocessed(int nth) implements Fault {}

        /** What touches items whose key has this text is throttled, as the service does it with a hot partition. */
        record HotPartition(String key, String value) implements Fault {}

        /** The answer is this; the request is not carried out. For what the service behind does not know. */
        record Answered(String json) implements Fault {}

        /** A transaction is cancelled with this reason for its first item; anything else is carried out. */
        record Cancelled(String reason) implements Fault {}

        /** The connection is closed before the request is carried out. */
        record Dropped() implements Fault {}

        /** The request is carried out, then the connection is closed without an answer. */
        record LostAnswer() implements Fault {}

        /** The request is carried out, and answered after a while. */
        record Late(Duration delay) implements Fault {}
    }

    public static final Fault NONE = new Fault.None();
    public static final Fault THROTTLED =
            new Fault.Refused(400, "ProvisionedThroughputExceededException", "The level of throughput is exceeded.");

    /** Decides what happens. */
    @FunctionalInterface
    public interface Script {
        /**
         * @param operation as in {@code PutItem}
         * @param number how many requests of this operation came before, this one included
         */
        Fault fault(String operation, int number);
    }

    static {
        // else each answer waits for the acknowledgement of its head, 40 ms
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final byte[] THROTTLED_ANSWER = answer((Fault.Refused) THROTTLED);

    private final URI service;
    private final Script script;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Map<String, DoubleAdder> consumed = new ConcurrentHashMap<>();

    private FaultyDynamo(URI service, Script script) throws IOException {
        this.service = service;
        this.script = script;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** A proxy of its own before a service. */
    public static FaultyDynamo before(DynamoLocal service, Script script) {
        try {
            return new FaultyDynamo(service.endpoint(), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** How many requests of an operation came. */
    public int count(String operation) {
        AtomicInteger count = counts.get(operation);
        return count == null ? 0 : count.get();
    }

    /** How many capacity units the service said that requests of an operation consumed, where they asked for it. */
    public double consumed(String operation) {
        DoubleAdder sum = consumed.get(operation);
        return sum == null ? 0 : sum.sum();
    }

    private void account(String operation, byte[] answer) {
        JsonNode told = UnprocessedBatch.parse(answer).asObject().get("ConsumedCapacity");
        if (told != null) {
            for (JsonNode one : told.isArray() ? told.asArray() : List.of(told)) {
                JsonNode units = Objects.requireNonNull(one.asObject().get("CapacityUnits"));
                consumed.computeIfAbsent(operation, o -> new DoubleAdder()).add(Double.parseDouble(units.asNumber()));
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            String operation = target.substring(target.indexOf('.') + 1);
            int number =
                    counts.computeIfAbsent(operation, o -> new AtomicInteger()).incrementAndGet();
            byte[] body = exchange.getRequestBody().readAllBytes();
            Fault fault = script.fault(operation, number);
            if (fault instanceof Fault.Refused refused) {
                answer(exchange, refused.status(), answer(refused));
            } else if (fault instanceof Fault.Unprocessed unprocessed && operation.startsWith("Batch")) {
                leave(
                        exchange,
                        target,
                        UnprocessedBatch.split(operation, body, (n, one) -> n % unprocessed.nth() == 0));
            } else if (fault instanceof Fault.Answered answered) {
                answer(exchange, 200, answered.json().getBytes(StandardCharsets.UTF_8));
            } else if (fault instanceof Fault.HotPartition hot) {
                hot(exchange, target, operation, body, hot);
            } else if (fault instanceof Fault.Cancelled cancelled && operation.equals("TransactWriteItems")) {
                cancel(exchange, items(body), i -> i == 0 ? cancelled.reason() : "None");
            } else if (!(fault instanceof Fault.Dropped)) {
                HttpResponse<byte[]> answer = forward(target, body);
                if (fault instanceof Fault.Late late) {
                    Thread.sleep(late.delay().toMillis());
                }
                if (answer.statusCode() == 200) {
                    account(operation, answer.body());
                }
                if (!(fault instanceof Fault.LostAnswer)) {
                    answer(exchange, answer.statusCode(), answer.body());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void leave(HttpExchange exchange, String target, UnprocessedBatch batch)
            throws IOException, InterruptedException {
        byte[] done =
                batch.isAll() ? new byte[0] : forward(target, batch.rest()).body();
        answer(exchange, 200, batch.answer(done));
    }

    private void hot(HttpExchange exchange, String target, String operation, byte[] body, Fault.HotPartition hot)
            throws IOException, InterruptedException {
        if (operation.startsWith("Batch")) {
            UnprocessedBatch batch = UnprocessedBatch.split(operation, body, (n, one) -> touches(one, hot));
            if (batch.isAll()) {
                answer(exchange, 400, THROTTLED_ANSWER);
            } else {
                leave(exchange, target, batch);
            }
        } else if (operation.equals("TransactWriteItems")) {
            List<JsonNode> items = items(body);
            if (items.stream().anyMatch(item -> touches(item, hot))) {
                cancel(exchange, items, i -> touches(items.get(i), hot) ? "ThrottlingError" : "None");
                return;
            }
            HttpResponse<byte[]> answer = forward(target, body);
            answer(exchange, answer.statusCode(), answer.body());
        } else if (touches(UnprocessedBatch.parse(body), hot)) {
            answer(exchange, 400, THROTTLED_ANSWER);
        } else {
            HttpResponse<byte[]> answer = forward(target, body);
            answer(exchange, answer.statusCode(), answer.body());
        }
    }

    private static List<JsonNode> items(byte[] transaction) {
        return UnprocessedBatch.parse(transaction)
                .field("TransactItems")
                .orElseThrow()
                .asArray();
    }

    /** Whether the attribute stands anywhere in a request with this text. */
    private static boolean touches(JsonNode node, Fault.HotPartition hot) {
        if (node.isArray()) {
            return node.asArray().stream().anyMatch(one -> touches(one, hot));
        } else if (!node.isObject()) {
            return false;
        }
        JsonNode value = node.asObject().get(hot.key());
        if (value != null && value.isObject()) {
            JsonNode text = value.asObject().get("S");
            if (text != null && text.asString().equals(hot.value())) {
                return true;
            }
        }
        return node.asObject().values().stream().anyMatch(one -> touches(one, hot));
    }

    private static void cancel(HttpExchange exchange, List<JsonNode> items, IntFunction<String> reason)
            throws IOException {
        String reasons = IntStream.range(0, items.size())
                .mapToObj(i -> "{\"Code\":\"" + reason.apply(i) + "\",\"Message\":\"told by a test\"}")
                .collect(Collectors.joining(","));
        String answer = "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
                + "\"message\":\"Transaction cancelled\",\"CancellationReasons\":[" + reasons + "]}";
        answer(exchange, 400, answer.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> forward(String target, byte[] body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(service)
                        .header("X-Amz-Target", target)
                        .header("Content-Type", "application/x-amz-json-1.0")
                        .header(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request,"
                                        + " SignedHeaders=host, Signature=0")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] answer(Fault.Refused refused) {
        String answer = "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + refused.type() + "\",\"message\":\""
                + refused.message() + "\"}";
        return answer.getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().put("Content-Type", List.of("application/x-amz-json-1.0"));
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
