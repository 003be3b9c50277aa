package io.waybill.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Something outside that is called with JSON: writes down every call and answers as it is told to. */
final class HookServer implements AutoCloseable {
    private final HttpServer server;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Integer> next = new ConcurrentLinkedQueue<>();
    private volatile int status = 204;

    /** One call. */
    record Call(String method, String address, String body) {
        Value.MapOf json() {
            return (Value.MapOf) Json.parse(body);
        }
    }

    private HookServer(HttpServer server) {
        this.server = server;
    }

    static HookServer start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HookServer hooks = new HookServer(server);
        server.createContext("/", hooks::answer);
        server.start();
        return hooks;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        calls.add(new Call(exchange.getRequestMethod(), exchange.getRequestURI().toString(), body));
        Integer once = next.poll();
        exchange.sendResponseHeaders(once == null ? status : once, -1);
        exchange.close();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on answers with this status. */
    HookServer answers(int other) {
        status = other;
        return this;
    }

    /** Answers with these first. */
    HookServer answersFirst(Integer... statuses) {
        next.addAll(List.of(statuses));
        return this;
    }

    List<Call> calls() {
        return calls;
    }

    /** The addresses that were called. */
    List<String> addresses() {
        return calls.stream().map(Call::address).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
