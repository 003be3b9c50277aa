package io.waybill.metrics;

import io.waybill.store.Metrics;
import io.waybill.store.RunFigures;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers {@code GET /metrics} while a run is at work, with what was published last. */
final class PrometheusPort implements Metrics {
    private static final Logger LOG = LoggerFactory.getLogger(PrometheusPort.class);
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int LONGEST_HEAD = 8 << 10;

    private final ServerSocket socket;
    private volatile String text = "";

    private PrometheusPort(ServerSocket socket) {
        this.socket = socket;
    }

    static PrometheusPort open(String host, int port) throws StoreException {
        try {
            ServerSocket socket = new ServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(host, port));
            } catch (IOException | IllegalArgumentException e) {
                socket.close();
                throw e;
            }
            PrometheusPort opened = new PrometheusPort(socket);
            Thread thread = new Thread(opened::serve, "waybill-prometheus");
            thread.setDaemon(true);
            thread.start();
            return opened;
        } catch (IOException | IllegalArgumentException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE,
                    "nothing can listen on " + host + " port " + port + " (" + e.getMessage() + ")",
                    e);
        }
    }

    @Override
    public void publish(RunFigures now) {
        text = PrometheusText.of(now);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                answer(client);
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.debug("a scrape was not answered: {}", e.getMessage());
                }
            }
        }
    }

    private void answer(Socket client) throws IOException {
        client.setSoTimeout(PATIENCE_MILLIS);
        String request = head(client.getInputStream());
        String[] words = request.split(" ", 3);
        String path = words.length < 2 ? "" : words[1].replaceFirst("\\?.*", "");
        boolean reads = words[0].equals("GET") || words[0].equals("HEAD");
        String status = !reads ? "405 Method Not Allowed" : path.equals("/metrics") ? "200 OK" : "404 Not Found";
        byte[] body = (status.startsWith("200") ? text : "Metrics are at /metrics.\n").getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                + (reads ? "" : "Allow: GET, HEAD\r\n")
                + "Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        if (!words[0].equals("HEAD")) {
            client.getOutputStream().write(body);
        }
        client.getOutputStream().flush();
    }

    /** The head of a request; its headers say nothing that matters here, but have to be read before it is answered. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() == LONGEST_HEAD || System.nanoTime() > end) {
                throw new IOException("no whole request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
