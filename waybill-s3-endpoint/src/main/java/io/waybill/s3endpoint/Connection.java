package io.waybill.s3endpoint;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection, served by one thread from the first request to the last. */
final class Connection implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final SocketChannel channel;
    private final Service service;
    private final Input input;
    private final SocketOut out;

    Connection(SocketChannel channel, Service service) {
        this.channel = channel;
        this.service = service;
        this.input = new Input(channel);
        this.out = new SocketOut(channel);
    }

    @Override
    public void run() {
        try (channel) {
            serve();
        } catch (IOException e) {
            log.debug("connection ended early cause={}", e.toString());
        }
    }

    private void serve() throws IOException {
        try {
            boolean more = true;
            while (more) {
                byte[] bytes = input.head();
                more = bytes != null && answer(RequestHead.parse(bytes));
            }
        } catch (ResetOnPurpose e) {
            if (e.hard()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        }
    }

    private boolean answer(RequestHead head) throws IOException {
        RawBody body = RawBody.of(head, input, this::goAhead);
        Reply reply = service.answer(head, body);
        try (Payload payload = reply.payload()) {
            boolean stays = head.http11() ? !head.lists("connection", "close") : head.lists("connection", "keep-alive");
            boolean last = !stays || body.unasked();
            if (!body.unasked()) {
                body.drain();
            }
            write(reply, payload, head.method().equals("HEAD"), last);
            return !last;
        }
    }

    private void goAhead() throws IOException {
        out.text("HTTP/1.1 100 Continue\r\n\r\n");
        out.flush();
    }

    private void write(Reply reply, Payload payload, boolean headOnly, boolean last) throws IOException {
        Reply.Sending sending = reply.sending();
        boolean bodiless = reply.status() == 204 || reply.status() == 304;
        out.text("HTTP/1.1 " + reply.status() + " " + reason(reply.status()) + "\r\n");
        for (Header header : reply.headers()) {
            out.text(header.name());
            out.text(": ");
            out.text(header.value());
            out.text("\r\n");
        }
        if (!bodiless) {
            long length = payload.length();
            out.text("Content-Length: " + (sending == null || headOnly ? length : sending.announced(length)) + "\r\n");
        }
        out.text(last ? "Connection: close\r\n\r\n" : "\r\n");
        if (!bodiless && !headOnly) {
            if (sending == null) {
                payload.writeTo(out);
            } else {
                UnkindOut unkind = new UnkindOut(out, sending);
                payload.writeTo(unkind);
                unkind.finish(payload.length());
            }
        }
        out.flush();
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 204 -> "No Content";
            case 206 -> "Partial Content";
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 409 -> "Conflict";
            case 411 -> "Length Required";
            case 412 -> "Precondition Failed";
            case 416 -> "Requested Range Not Satisfiable";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }
}
