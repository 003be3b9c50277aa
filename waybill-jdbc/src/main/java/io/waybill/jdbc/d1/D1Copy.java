package io.waybill.jdbc.d1;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A private copy of a SQLite file of one moment, in a folder that nobody else can enter. */
final class D1Copy implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(D1Copy.class);

    /** A journal is of use where a program died; the index of a log is made anew. */
    private static final List<String> PARTS = List.of("", "-wal", "-journal");

    private static final int MOST_TRIES = 40;
    private static final long PAUSE = 25;

    private final Path folder;
    private final Path file;

    private D1Copy(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("d1.sqlite");
    }

    /** Copies until nothing changed meanwhile. */
    static D1Copy of(Path source) throws IOException {
        D1Copy copy = new D1Copy(Files.createTempDirectory("waybill-d1-"));
        boolean whole = false;
        try {
            for (int i = 0; i < MOST_TRIES && !whole; i++) {
                if (i > 0) {
                    pause(i);
                }
                whole = copy.take(source);
            }
            if (!whole) {
                throw new IOException("somebody writes to it all the time");
            }
            return copy;
        } finally {
            if (!whole) {
                copy.close();
            }
        }
    }

    private static void pause(int times) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(times * PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("it was interrupted", e);
        }
    }

    /** The copy. */
    Path file() {
        return file;
    }

    private static Path part(Path file, String part) {
        return file.resolveSibling(file.getFileName() + part);
    }

    /** A file's time, size and place, or that it is not there. */
    private record Facts(@Nullable String text) {
        static Facts of(Path file) throws IOException {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                return new Facts(found.lastModifiedTime() + " " + found.size() + " " + found.fileKey());
            } catch (NoSuchFileException e) {
                return new Facts(null);
            }
        }
    }

    private static List<Facts> facts(Path source) throws IOException {
        List<Facts> facts = new ArrayList<>();
        for (String part : PARTS) {
            facts.add(Facts.of(part(source, part)));
        }
        return facts;
    }

    /** Whether all parts were taken at one moment: none changed, by its time and by its bytes, while the others were read. */
    private boolean take(Path source) throws IOException {
        List<Facts> before = facts(source);
        try {
            for (int i = 0; i < PARTS.size(); i++) {
                Path copy = part(file, PARTS.get(i));
                if (before.get(i).text() == null) {
                    Files.deleteIfExists(copy);
                } else {
                    Files.copy(part(source, PARTS.get(i)), copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            for (int i = 0; i < PARTS.size(); i++) {
                boolean there = before.get(i).text() != null;
                if (there && Files.mismatch(part(source, PARTS.get(i)), part(file, PARTS.get(i))) >= 0) {
                    return false;
                }
            }
        } catch (NoSuchFileException e) {
            if (before.get(0).text() == null) {
                throw e;
            }
            return false;
        }
        return facts(source).equals(before);
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.toList()) {
                Files.deleteIfExists(each);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.warn("the copy in {} was not removed", folder, e);
        }
    }
}
