package io.waybill.jdbc.d1;

import io.waybill.jdbc.sqlite.SqliteStore;
import io.waybill.store.Effect;
import io.waybill.store.Location;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A local file of D1, which somebody may have open. SQLite itself would leave traces beside it even where it only reads, so
 * a private copy is read: file and write-ahead log as they were at one moment. Safe for many threads.
 */
final class D1File extends SqliteStore {
    private static final int DEEPEST = 8;
    private static final int NOT_THERE = 14;
    private static final int NOT_READ = 10;

    /** The file, its folder or a pattern, absolute. */
    private final Path place;

    private @Nullable D1Copy copy;

    private D1File(Path place) {
        super(place, new Location("d1", place.toString()));
        this.place = place;
    }

    /** Opens a file, the one in a folder, or the one that a pattern means. */
    static D1File open(Path folder, String path) {
        return new D1File(folder.resolve(path).toAbsolutePath().normalize());
    }

    @Override
    public String identity() {
        return "d1:" + place;
    }

    @Override
    protected Path file() throws SQLException {
        synchronized (place) {
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
                    .filter(D1File::isDatabase)
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

    /** Without what D1 keeps for itself; in a file it can be read by its name. */
    @Override
    public List<String> tables() throws StoreException {
        return super.tables().stream()
                .filter(name -> !name.startsWith(D1Store.OWN))
                .toList();
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) throws StoreException {
        throw onlyRead("write to");
    }

    @Override
    public void addColumns(String table, List<Column> columns) throws StoreException {
        throw onlyRead("add columns in");
    }

    @Override
    public List<String> dropEmptyColumns(String table, List<String> columns) throws StoreException {
        throw onlyRead("drop columns in");
    }

    private StoreException onlyRead(String verb) {
        return new StoreException(
                Kind.DENIED,
                "Cannot " + verb + " " + location() + ": a local file of D1 is only read. Write to D1 itself, or, while"
                        + " nothing else has the file open, to a store of type sqlite.");
    }

    @Override
    public TableStore querying(Query asked) throws StoreException {
        throw new StoreException(
                Kind.INVALID,
                "Cannot read query " + asked.name() + " in " + location() + ": D1 takes none. Name a table.");
    }

    @Override
    public void close() {
        super.close();
        synchronized (place) {
            if (copy != null) {
                copy.close();
                copy = null;
            }
        }
    }
}
