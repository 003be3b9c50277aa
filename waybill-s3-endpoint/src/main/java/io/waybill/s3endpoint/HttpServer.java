package io.waybill.s3endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on the loopback address and gives each connection a thread of a pool. Threads are daemons. */
final class HttpServer implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 1024;
    private static final int PATIENCE_SECONDS = 10;

    private final ServerSocketChannel listener;
    private final Service service;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads;
    private final int port;

    HttpServer(int port, Service service) throws IOException {
        this.service = service;
        this.listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), BACKLOG);
            this.port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        } catch (IOException e) {
            listener.close();
            throw new IOException("Cannot listen on port " + port + ": " + e.getMessage() + ". Name another port.", e);
        }
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "s3-endpoint-" + this.port + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        threads.execute(this::accept);
    }

    int port() {
        return port;
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel channel = listener.accept();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                serve(channel);
            } catch (AsynchronousCloseException e) {
                return;
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.warn("a connection could not be accepted", e);
            }
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        open.add(channel);
        Connection connection = new Connection(channel, service);
        try {
            threads.execute(() -> {
                try {
                    connection.run();
                } finally {
                    open.remove(channel);
                }
            });
        } catch (RejectedExecutionException closing) {
            open.remove(channel);
            channel.close();
        }
    }

    /** Stops listening, cuts every connection and waits for the threads; requests under way may or may not be done. */
    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdown();
        try {
            // Threads are not interrupted: that would close the files they work on.
            for (int i = 0; i < PATIENCE_SECONDS * 20; i++) {
                for (SocketChannel channel : open) {
                    channel.close();
                }
                if (threads.awaitTermination(50, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.warn("the endpoint closed with requests under way port={}", port);
    }
}
