import java.io.IOException;
import java.net.ServerSocket;

/** Prints a port of this machine that is free now. */
public final class Port {
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            System.out.println(socket.getLocalPort());
        }
    }
}
