import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Makes files of random bytes: {@code FOLDER COUNT SIZE}, a thousand to a folder. The same arguments make the same bytes.
 */
public final class Tree {
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        long size = Long.parseLong(arguments[2]);
        SplittableRandom random = new SplittableRandom(7);
        byte[] chunk = new byte[(int) Math.min(size, 1 << 20)];
        ByteBuffer words = ByteBuffer.wrap(chunk);
        for (int i = 0; i < count; i++) {
            Path inner = folder.resolve(String.format(Locale.ROOT, "d%04d", i / 1000));
            if (i % 1000 == 0) {
                Files.createDirectories(inner);
            }
            try (OutputStream out = Files.newOutputStream(inner.resolve(String.format(Locale.ROOT, "file-%07d.dat", i)))) {
                for (long left = size; left > 0; left -= chunk.length) {
                    for (words.clear(); words.remaining() >= 8; ) {
                        words.putLong(random.nextLong());
                    }
                    out.write(chunk, 0, (int) Math.min(left, chunk.length));
                }
            }
        }
    }
}
