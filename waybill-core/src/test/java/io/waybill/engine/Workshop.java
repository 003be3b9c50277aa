package io.waybill.engine;

import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.LedgerReader;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanContext;
import io.waybill.plan.Plans;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.MemoryFileStore;
import io.waybill.store.Outcome;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.value.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.sqlite.SQLiteDataSource;

/** A place for tests of the engine: memory stores that outlive a migration, a ledger on disk, plans from text. */
final class Workshop {
    static final int PART = 1 << 10;

    private final Path folder;
    private final Map<String, MemoryFileStore.Disk> disks = new HashMap<>();
    private final Map<String, UnaryOperator<FileStore>> wrappers = new HashMap<>();
    private InstantSource clock = InstantSource.system();

    Workshop(Path folder) {
        this.folder = folder;
    }

    /** A store in memory by name; the same name is the same disk. Uploads in parts begin at a few kilobytes. */
    FileStore store(String name) {
        return new SmallParts(disks.computeIfAbsent(name, MemoryFileStore.Disk::new));
    }

    /** Lets the migration see a store through a wrapper from now on; null for plainly. */
    void wrap(String name, UnaryOperator<FileStore> wrapper) {
        wrappers.put(name, wrapper);
    }

    /** Lets the migrations made from now on go by this clock. */
    void clock(InstantSource chosen) {
        clock = chosen;
    }

    private static final class SmallParts extends MemoryFileStore {
        SmallParts(Disk disk) {
            super(disk);
        }

        @Override
        public long partSize(long size) {
            return size <= 4 * PART ? 0 : PART;
        }
    }

    void put(String store, String path, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        try (FileStore open = store(store)) {
            List<Outcome> outcomes = open.apply(List.of(Effect.put(
                    new FileKey(path),
                    new Content.FileContent(bytes.length, ByteBuffer.wrap(bytes), Digest.sha256(bytes), Map.of()),
                    Condition.ANY,
                    "")));
            if (!(outcomes.get(0) instanceof Outcome.Done)) {
                throw new IllegalStateException("not put: " + outcomes);
            }
        }
    }

    void remove(String store, String path) throws IOException {
        try (FileStore open = store(store)) {
            open.apply(List.of(Effect.remove(new FileKey(path), Condition.ANY, "")));
        }
    }

    /** Everything in a store: path to content. */
    Map<String, String> content(String store) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (FileStore open = store(store);
                Source.Opened opened = open.open(Selection.all(""))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        for (Item item : page.items()) {
                            FileKey key = ((FileItem) item).key();
                            try (FileStore.Reading reading = open.read(key, 0, null)) {
                                content.put(
                                        key.path(),
                                        new String(reading.stream().readAllBytes(), StandardCharsets.UTF_8));
                            }
                        }
                    }
                }
            }
        }
        return content;
    }

    LedgerFile ledger() {
        return new LedgerFile(folder.resolve("test.db"), Workshop::sqlite);
    }

    LedgerReader reader() throws IOException {
        return ledger().read();
    }

    /** A number that the ledger answers to this query. */
    long number(String sql) throws SQLException {
        try (Connection connection = sqlite(folder.resolve("test.db")).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : -1;
        }
    }

    private static DataSource sqlite(Path path) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + path);
        return source;
    }

    Plan plan(String moves) throws io.waybill.plan.PlanException {
        String yaml =
                "waybill: 1\nname: test\nstores:\n  a: { type: mem, disk: a }\n  b: { type: mem, disk: b }\n  c: { type: mem, disk: c }\n"
                        + moves;
        return Plans.parse(
                "waybill.yaml",
                yaml.getBytes(StandardCharsets.UTF_8),
                folder,
                new PlanContext(Map.of("mem", provider()), name -> null, List.of()));
    }

    Migration migration(String moves) throws io.waybill.plan.PlanException {
        return new Migration(new Setup(
                plan(moves),
                ledger(),
                Map.of("mem", provider()),
                name -> null,
                clock,
                "test, process " + ProcessHandle.current().pid()));
    }

    private StoreProvider provider() {
        return new StoreProvider() {
            @Override
            public String type() {
                return "mem";
            }

            @Override
            public List<String> schemes() {
                return List.of();
            }

            @Override
            public List<Option> options() {
                return List.of(new Option("disk", Type.TEXT, null, true, "The disk."));
            }

            @Override
            public Map<String, String> parse(String url) {
                return Map.of("disk", url);
            }

            @Override
            public Store open(Settings settings) throws StoreException {
                String disk = settings.option("disk");
                UnaryOperator<FileStore> wrapper = wrappers.get(disk);
                FileStore plain = store(disk);
                return wrapper == null ? plain : wrapper.apply(plain);
            }
        };
    }
}
