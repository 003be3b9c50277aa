package io.waybill.jdbc.d1;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds a local file of D1 and keeps a private copy of it. Safe for many threads. */
final class D1Place implements AutoCloseable {
    private static final int DEEPEST = 8;
    private static final int NOT_THERE = 14;
    private static final int NOT_READ = 10;

    private final Path place;
    private @Nullable D1Copy copy;

    /** @param place the file, its folder or a pattern, absolute */
    D1Place(Path place) {
        this.place = place;
    }

    /** The copy; it is made when it is first asked for. */
    Path file() throws SQLException {
        synchronized (this) {
            try {
                if (copy == null) {
                    copy = D1Copy.of(find());
                }
                return copy.file();
            } catch (IOException e) {
                throw new SQLException("the file cannot be copied: " + e.getMessage(), null, NOT_READ, e);
            }
        }
    }

    private Path find() throws IOException, SQLException {
        if (Files.isRegularFile(place)) {
            return place;
        }
        Path top = place;
        for (Path up = place; up != null && top.toString().indexOf('*') >= 0; up = up.getParent()) {
            top = up;
        }
        if (!Files.isDirectory(top)) {
            throw missing();
        }
        String pattern = top.equals(place) ? "**.sqlite" : place.toString().replaceAll("[\\[\\]{}?\\\\]", "\\\\$0");
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        List<Path> found;
        try (Stream<Path> files = Files.walk(top, DEEPEST)) {
            found = files.filter(file -> matcher.matches(file) && Files.isRegularFile(file))
                    .filter(D1Place::isDatabase)
                    .sorted()
                    .toList();
        }
        if (found.isEmpty()) {
            throw missing();
        } else if (found.size() > 1) {
            throw new SQLException(
                    "it means " + found.size() + " files, " + top.relativize(found.get(0)) + " and "
                            + top.relativize(found.get(1)) + " among them",
                    null,
                    NOT_THERE);
        }
        return found.get(0);
    }

    /** Not what stands beside one, and not what the program that runs D1 here has for itself. */
    private static boolean isDatabase(Path file) {
        String name = file.getFileName().toString();
        return !name.equals("metadata.sqlite") && !name.matches(".*-(wal|shm|journal)");
    }

    private static SQLException missing() {
        return new SQLException("there is no such file", null, NOT_THERE);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (copy != null) {
                copy.close();
                copy = null;
            }
        }
    }
}
