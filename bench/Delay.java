import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Stands before a server on this machine and makes it as far away as a real one: what clients send arrives so many milliseconds
 * later. Arguments: port to listen on, port of the server, milliseconds.
 */
class Delay {
    /** Bytes, and when they are to arrive, in nanoseconds. */
    private record Piece(long due, byte[] bytes) {}

    public static void main(String[] args) throws IOException {
        int server = Integer.parseInt(args[1]);
        long delay = Long.parseLong(args[2]) * 1_000_000;
        try (ServerSocket listening = new ServerSocket(Integer.parseInt(args[0]), 100, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket client = listening.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), server);
                client.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                BlockingQueue<Piece> under = new LinkedBlockingQueue<>();
                start(() -> read(client, under, delay));
                start(() -> write(under, far));
                start(() -> pass(far, client));
            }
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                // one side hung up
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void read(Socket from, BlockingQueue<Piece> under, long delay) throws IOException {
        byte[] buffer = new byte[64 << 10];
        InputStream in = from.getInputStream();
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                under.add(new Piece(System.nanoTime() + delay, Arrays.copyOf(buffer, read)));
            }
        } finally {
            under.add(new Piece(0, new byte[0]));
        }
    }

    private static void write(BlockingQueue<Piece> under, Socket to) throws IOException, InterruptedException {
        try (to) {
            OutputStream out = to.getOutputStream();
            for (Piece piece = under.take(); piece.bytes().length > 0; piece = under.take()) {
                long left = piece.due() - System.nanoTime();
                if (left > 0) {
                    Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
                }
                out.write(piece.bytes());
            }
        }
    }

    private static void pass(Socket from, Socket to) throws IOException {
        try (to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }
}
