package io.waybill.cli.crash;

import io.waybill.engine.Migration;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Selector;
import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.RequestLog;
import io.waybill.s3endpoint.S3Endpoint;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.Outcome;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreProvider;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Stores by the options of a plan, and a plan between two of them: real connectors, our endpoint with its faults. */
final class StorePair implements AutoCloseable {
    private final Path folder;
    private final S3Endpoint endpoint;

    private StorePair(Path folder, S3Endpoint endpoint) {
        this.folder = folder;
        this.endpoint = endpoint;
    }

    static StorePair make(Path folder) throws Exception {
        Files.createDirectories(folder.resolve("from"));
        Files.createDirectories(folder.resolve("to"));
        return new StorePair(
                folder,
                S3Endpoint.start(EndpointOptions.memory()
                        .bucket("from-bucket")
                        .bucket("to-bucket")
                        .credentials("test", "test-secret")
                        .logged(100_000)));
    }

    S3Endpoint endpoint() {
        return endpoint;
    }

    Path plan() {
        return folder.resolve("waybill.yaml");
    }

    Map<String, String> files(String name) {
        return Map.of("type", "files", "root", folder.resolve(name).toString());
    }

    /** The bucket {@code NAME-bucket} of our endpoint. */
    Map<String, String> s3(String name) {
        return Map.of(
                "type",
                "s3",
                "bucket",
                name + "-bucket",
                "endpoint",
                endpoint.uri().toString(),
                "region",
                "us-east-1",
                "keys",
                "TEST");
    }

    /** A plan named after its ledger; the moves may use the stores {@code from} and {@code to}. */
    Migration migration(Map<String, String> from, Map<String, String> to, String rest) throws Exception {
        Files.writeString(
                plan(),
                "waybill: 1\nname: pair\nstores:\n  from: " + inline(from) + "\n  to: " + inline(to) + "\n" + rest);
        return CrashChild.migration(plan());
    }

    static String inline(Map<String, String> options) {
        List<String> pairs = new ArrayList<>();
        new TreeMap<>(options).forEach((name, value) -> pairs.add(name + ": \"" + value + "\""));
        return "{ " + String.join(", ", pairs) + " }";
    }

    FileStore open(Map<String, String> options) throws Exception {
        for (StoreProvider provider : ServiceLoader.load(StoreProvider.class)) {
            if (provider.type().equals(options.get("type"))) {
                Map<String, String> all = new TreeMap<>();
                provider.options().forEach(option -> {
                    String value = option.defaultValue();
                    if (value != null) {
                        all.put(option.name(), value);
                    }
                });
                all.putAll(options);
                all.remove("type");
                return (FileStore)
                        provider.open(new StoreProvider.Settings("test", all, folder, CrashChild::environment));
            }
        }
        throw new IllegalStateException("no provider for " + options);
    }

    void put(Map<String, String> options, String key, String content) throws Exception {
        try (FileStore store = open(options)) {
            put(store, new FileKey(key), content.getBytes(StandardCharsets.UTF_8));
        }
    }

    static void put(FileStore store, FileKey key, byte[] bytes) throws Exception {
        List<Outcome> outcomes = store.apply(List.of(Effect.put(
                key,
                new Content.FileContent(bytes.length, ByteBuffer.wrap(bytes), Digest.sha256(bytes), Map.of()),
                Condition.ANY,
                "")));
        if (!(outcomes.get(0) instanceof Outcome.Done)) {
            throw new IllegalStateException("not put: " + key.display() + " " + outcomes);
        }
    }

    /** Everything in a store by encoded key: the SHA-256 of what it gives. */
    Map<String, String> content(Map<String, String> options) throws Exception {
        Map<String, String> content = new TreeMap<>();
        try (FileStore store = open(options);
                Source.Opened opened = store.open(Selection.all(""))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        for (Item item : page.items()) {
                            FileKey key = ((FileItem) item).key();
                            try (FileStore.Reading reading = store.read(key, 0, null)) {
                                content.put(
                                        key.encoded(),
                                        Digest.sha256(reading.stream().readAllBytes())
                                                .hex());
                            }
                        }
                    }
                }
            }
        }
        return content;
    }

    /** The entries of a run. */
    List<Entry> entries(int run) throws Exception {
        List<Entry> entries = new ArrayList<>();
        try (var reader = CrashChild.ledger(plan()).read()) {
            reader.entries(Selector.ALL.withRun(run), 0, entries::add);
        }
        return entries;
    }

    List<RequestLog.Entry> requests() {
        return endpoint.requests().entries();
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
