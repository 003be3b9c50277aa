package io.waybill.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.MemoryFileStore;
import io.waybill.store.Outcome;
import io.waybill.store.TableStore;
import io.waybill.store.TableStoreContract;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract for tables in files; what a store of tables has and files have not is left to them. */
abstract class FileTablesContract extends TableStoreContract {
    private static final int MOST_TABLES = 400;

    private final AtomicInteger names = new AtomicInteger();
    final Map<String, List<String>> keys = new HashMap<>();
    final MemoryFileStore.Disk disk = new MemoryFileStore.Disk("tables");

    /** Every table that a test makes has a name that is known before. */
    FileTablesContract() {
        for (int i = 0; i < MOST_TABLES; i++) {
            for (Shape shape : Shape.values()) {
                keys.put(name(shape, i), shape.key());
            }
        }
    }

    abstract TableFormat format();

    /** The rows as a file. */
    abstract byte[] file(List<Row> rows, Shape shape) throws Exception;

    FileStore files() {
        return new MemoryFileStore(disk);
    }

    private String name(Shape shape, int number) {
        return "some/" + shape + " " + number;
    }

    @Override
    protected TableStore open() {
        return new FileTables(files(), format(), keys);
    }

    @Override
    protected String create(Shape shape) throws Exception {
        String name = name(shape, names.getAndIncrement());
        put(name, file(List.of(), shape));
        return name;
    }

    @Override
    protected void fill(String table, List<Row> rows) throws Exception {
        Shape shape = Shape.valueOf(table.substring(5, table.indexOf(' ')));
        List<Row> stored = new ArrayList<>();
        for (Row row : rows) {
            stored.add(stored(row));
        }
        put(table, file(stored, shape));
    }

    void put(String name, byte[] bytes) throws Exception {
        try (FileStore files = files()) {
            Content content =
                    new Content.FileContent(bytes.length, ByteBuffer.wrap(bytes), Digest.sha256(bytes), Map.of());
            List<Outcome> outcomes =
                    files.apply(List.of(Effect.put(new FileKey(name), content, Condition.ANY, "test/1")));
            if (!(outcomes.get(0) instanceof Outcome.Done)) {
                throw new AssertionError(outcomes);
            }
        }
    }

    static byte[] join(String start, List<byte[]> rows, String separator, String end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(start.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        for (int i = 0; i < rows.size(); i++) {
            out.writeBytes((i == 0 ? "" : separator).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            out.writeBytes(rows.get(i));
        }
        out.writeBytes(end.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    @Override
    protected TableStore openUnreachable() {
        return open();
    }

    @Override
    protected TableStore openWithWrongSecret() {
        return open();
    }

    /** What the file store says of that is its own contract. */
    @Override
    @Test
    protected void aServerThatIsNotThereIsUnavailable() {
        assertThatCode(() -> openUnreachable().find(List.of())).doesNotThrowAnyException();
    }

    @Override
    protected String valueTable(Value value) throws Exception {
        return create(Shape.INTEGER_KEY);
    }

    /** What the file store says of that is its own contract. */
    @Override
    @Test
    protected void noEffectReachesAServerThatIsNotThere() throws Exception {
        assertThat(openUnreachable().apply(List.of())).isEmpty();
    }

    /** What the file store says of that is its own contract. */
    @Override
    @Test
    protected void wrongCredentialsAreDeniedWithoutShowingThem() {
        assertThatCode(() -> openWithWrongSecret().find(List.of())).doesNotThrowAnyException();
    }
}
