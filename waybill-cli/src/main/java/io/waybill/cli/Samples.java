package io.waybill.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Makes sample files: the same bytes each time, and nothing that is there already is touched. */
final class Samples {
    private static final int NOTES = 79;
    private static final int PHOTOS = 118;

    /** Names that trouble other tools. */
    static final List<String> ODD = List.of(
            "with space.txt",
            "percent%46.txt",
            "quote\"s and 'ticks'.txt",
            "back\\slash.txt",
            "line\nbreak.txt",
            "=SUM(A1:A9).csv",
            "-dash first.txt",
            "trailing dot.",
            "plus+and&more.txt",
            "emoji \uD83D\uDE9A.txt",
            "\u00fcn\u00efc\u00f6de \u4e16\u754c.txt",
            "#hash?query.txt");

    private Samples() {}

    /** The two folders of {@code init demo}; answers what to say about them. */
    static String small(Waybill waybill, Path folder) throws IOException {
        Path demo = folder.resolve("demo");
        boolean there = Files.exists(demo);
        plain(demo);
        return there
                ? "; " + waybill.show(demo) + " was there already"
                : " and " + waybill.show(demo) + "/ with " + (NOTES + PHOTOS)
                        + " sample files. The target is a pretend S3 inside waybill";
    }

    private static void plain(Path folder) throws IOException {
        for (int i = 1; i <= NOTES; i++) {
            file(folder.resolve("notes/" + month(i) + "/note-" + number(i) + ".txt"), text(i), i);
        }
        for (int i = 1; i <= PHOTOS; i++) {
            byte[] bytes = new byte[20_000 + i * 773 % 90_000];
            new Random(i).nextBytes(bytes);
            file(folder.resolve("photos/" + (2020 + i % 5) + "/img_" + number(i) + ".jpg"), bytes, i);
        }
    }

    /** Everything: the two folders, odd names, an empty file, and one of {@code large} bytes. */
    static void all(Path folder, long large) throws IOException {
        plain(folder);
        for (int i = 0; i < ODD.size(); i++) {
            file(folder.resolve("odd names").resolve(ODD.get(i)), text(i), i);
        }
        file(folder.resolve("odd names/empty.txt"), new byte[0], 1);
        Path film = folder.resolve("large/film.mp4");
        if (!Files.exists(film)) {
            Files.createDirectories(folder.resolve("large"));
            Path draft = folder.resolve("large/film.new");
            try (OutputStream out = Files.newOutputStream(draft)) {
                Random random = new Random(64);
                byte[] block = new byte[1 << 20];
                for (long written = 0; written < large; written += block.length) {
                    random.nextBytes(block);
                    out.write(block, 0, (int) Math.min(block.length, large - written));
                }
            }
            Files.move(draft, film);
        }
    }

    private static void file(Path file, byte[] content, int seed) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, content);
        Instant time = Instant.parse("2024-01-01T09:00:00Z").plusSeconds(seed * 86_411L);
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    private static String month(int i) {
        return String.format(Locale.ROOT, "2024-%02d", 1 + i % 12);
    }

    private static String number(int i) {
        return String.format(Locale.ROOT, "%03d", i);
    }

    private static byte[] text(int seed) {
        StringBuilder text = new StringBuilder("Note ").append(seed).append('\n');
        Random random = new Random(seed);
        String[] words = {"river", "ledger", "cargo", "harbour", "proof", "copy", "rope", "tide", "crate", "lamp"};
        for (int i = 0; i < 40 + random.nextInt(400); i++) {
            text.append(words[random.nextInt(words.length)]).append(i % 9 == 8 ? ".\n" : " ");
        }
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }
}
