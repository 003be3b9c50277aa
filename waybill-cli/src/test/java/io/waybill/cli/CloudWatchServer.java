package io.waybill.cli;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What takes PutMetricData: refuses a wrong signature, reads every value, and keeps them. */
final class CloudWatchServer implements AutoCloseable {
    static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private static final Pattern AUTHORIZATION =
            Pattern.compile("AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)/(\\d{8})/([a-z0-9-]+)/monitoring/aws4_request, ?"
                    + "SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})");

    private final HttpServer server;
    private final List<Map<String, String>> data = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final CountDownLatch failures = new CountDownLatch(1);
    private volatile int status = 200;

    CloudWatchServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on it answers so. */
    void answers(int other) {
        status = other;
    }

    /** Waits until a request got another answer than 200. */
    void awaitFailure() throws InterruptedException {
        if (!failures.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("no request failed within a minute");
        }
    }

    /** What was wrong with requests. */
    List<String> refused() {
        return refused;
    }

    /** Every value that was taken: its fields, and its dimensions by their names. */
    List<Map<String, String>> data() {
        return data;
    }

    /** The sum of a metric of a move. */
    BigDecimal sum(String name, String move) {
        return data.stream()
                .filter(one -> name.equals(one.get("MetricName")) && move.equals(one.get("dimension Move")))
                .map(one -> new BigDecimal(one.get("Value")))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String wrong;
        try {
            wrong = signature(exchange, body);
        } catch (GeneralSecurityException e) {
            wrong = e.toString();
        }
        if (wrong.isEmpty() && status == 200) {
            wrong = keep(new String(body, StandardCharsets.UTF_8));
        }
        if (!wrong.isEmpty()) {
            refused.add(wrong);
        }
        int code = wrong.isEmpty() ? status : 403;
        String text = code == 200
                ? "<PutMetricDataResponse/>"
                : "<ErrorResponse><Error><Code>AccessDenied</Code><Message>" + wrong
                        + "</Message></Error></ErrorResponse>";
        exchange.sendResponseHeaders(code, text.length());
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.close();
        if (code != 200) {
            failures.countDown();
        }
    }

    private String keep(String body) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : body.split("&")) {
            String[] parts = pair.split("=", 2);
            fields.put(decode(parts[0]), decode(parts[1]));
        }
        if (!"PutMetricData".equals(fields.remove("Action")) || !"2010-08-01".equals(fields.remove("Version"))) {
            return "no PutMetricData";
        }
        String namespace = fields.remove("Namespace");
        TreeMap<Integer, Map<String, String>> values = new TreeMap<>();
        Pattern name = Pattern.compile(
                "MetricData\\.member\\.(\\d+)\\.(MetricName|Unit|Value|Timestamp|Dimensions\\.member\\.(\\d+)\\.(Name|Value))");
        for (Map.Entry<String, String> field : fields.entrySet()) {
            Matcher matcher = name.matcher(field.getKey());
            if (!matcher.matches()) {
                return "unknown field " + field.getKey();
            }
            Map<String, String> value = values.computeIfAbsent(Integer.valueOf(matcher.group(1)), n -> new TreeMap<>());
            if (matcher.group(3) == null) {
                value.put(matcher.group(2), field.getValue());
            } else if (matcher.group(4).equals("Name")) {
                String prefix = field.getKey().replaceFirst("Name$", "Value");
                value.put("dimension " + field.getValue(), String.valueOf(fields.get(prefix)));
            }
        }
        for (Map<String, String> value : values.values()) {
            Instant.parse(value.get("Timestamp"));
            new BigDecimal(value.get("Value"));
            value.put("namespace", namespace);
            data.add(value);
        }
        return values.isEmpty() ? "no values" : "";
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Empty when the request is signed with the key that this server knows. */
    private static String signature(HttpExchange exchange, byte[] body) throws GeneralSecurityException {
        Headers headers = exchange.getRequestHeaders();
        Matcher given = AUTHORIZATION.matcher(String.valueOf(headers.getFirst("Authorization")));
        if (!given.matches()) {
            return "no signature: " + headers.getFirst("Authorization");
        }
        StringBuilder request = new StringBuilder(exchange.getRequestMethod() + "\n/\n\n");
        for (String name : given.group(4).split(";")) {
            request.append(name)
                    .append(':')
                    .append(String.join(",", headers.get(name)))
                    .append('\n');
        }
        request.append('\n').append(given.group(4)).append('\n').append(sha256(body));
        String stamp = headers.getFirst("X-Amz-Date");
        String scope = given.group(2) + "/" + given.group(3) + "/monitoring/aws4_request";
        String text = "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n"
                + sha256(request.toString().getBytes(StandardCharsets.UTF_8));
        byte[] key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(given.group(2), given.group(3), "monitoring", "aws4_request")) {
            key = hmac(key, part);
        }
        String expected = HexFormat.of().formatHex(hmac(key, text));
        return expected.equals(given.group(5)) ? "" : "wrong signature of\n" + request;
    }

    private static String sha256(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
