package io.waybill.cli.crash;

import io.waybill.engine.Migration;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.Operation;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Two stores, a plan between them, and what both held before anything happened. */
final class CrashPlace implements AutoCloseable {
    /** Which stores. */
    enum Pair {
        FILES_TO_FILES("files", "files"),
        FILES_TO_S3("files", "s3"),
        S3_TO_FILES("s3", "files"),
        S3_TO_S3("s3", "s3");

        final String from;
        final String to;

        Pair(String from, String to) {
            this.from = from;
            this.to = to;
        }
    }

    private static final int LARGE = (48 << 20) + 17;

    private final Path folder;
    private final S3Endpoint endpoint;
    private final Map<String, String> from;
    private final Map<String, String> to;
    private Map<String, String> sourceBefore = Map.of();
    private Map<String, String> before = Map.of();

    private CrashPlace(Pair pair, Path folder, S3Endpoint endpoint) {
        this.folder = folder;
        this.endpoint = endpoint;
        this.from = options(pair.from, "from");
        this.to = options(pair.to, "to");
    }

    private Map<String, String> options(String type, String name) {
        return type.equals("files")
                ? Map.of("type", "files", "root", folder.resolve(name).toString())
                : Map.of(
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

    static CrashPlace make(Pair pair, Path folder) throws Exception {
        S3Endpoint endpoint = S3Endpoint.start(EndpointOptions.memory()
                .bucket("from-bucket")
                .bucket("to-bucket")
                .credentials("test", "test-secret")
                .logged(100_000));
        CrashPlace place = new CrashPlace(pair, folder, endpoint);
        Files.createDirectories(folder.resolve("from"));
        Files.createDirectories(folder.resolve("to"));
        byte[] large = new byte[LARGE];
        new java.util.Random(5).nextBytes(large);
        try (FileStore source = place.open(place.from);
                FileStore target = place.open(place.to)) {
            for (int i = 0; i < 12; i++) {
                put(source, "data/file " + i, ("content " + i).repeat(i).getBytes(StandardCharsets.UTF_8));
            }
            put(source, "data/old", "new".getBytes(StandardCharsets.UTF_8));
            put(source, "data/equal", "equal".getBytes(StandardCharsets.UTF_8));
            put(target, "in/data/old", "old".getBytes(StandardCharsets.UTF_8));
            put(target, "in/data/equal", "equal".getBytes(StandardCharsets.UTF_8));
            put(target, "theirs", "theirs".getBytes(StandardCharsets.UTF_8));
            place.large(source, large);
        }
        StringBuilder plan = new StringBuilder("waybill: 1\nname: crash\nstores:\n");
        plan.append("  from: ").append(inline(place.from)).append("\n  to: ").append(inline(place.to));
        plan.append(
                "\nexists: replace\nlimits: { parallel: 3 }\nmoves:\n  - { name: all, from: 'from:data/', to: 'to:in/' }\n");
        Files.writeString(place.plan(), plan);
        place.sourceBefore = place.source();
        place.before = place.target();
        return place;
    }

    private static String inline(Map<String, String> options) {
        List<String> pairs = new ArrayList<>();
        new TreeMap<>(options).forEach((name, value) -> pairs.add(name + ": \"" + value + "\""));
        return "{ " + String.join(", ", pairs) + " }";
    }

    private static void put(FileStore store, String key, byte[] bytes) throws Exception {
        List<Outcome> outcomes = store.apply(List.of(Effect.put(
                new FileKey(key),
                new Content.FileContent(bytes.length, ByteBuffer.wrap(bytes), Digest.sha256(bytes), Map.of()),
                Condition.ANY,
                "")));
        if (!(outcomes.get(0) instanceof Outcome.Done)) {
            throw new IllegalStateException("not put: " + outcomes);
        }
    }

    private void large(FileStore store, byte[] bytes) throws Exception {
        if (from.get("type").equals("files")) {
            Files.write(folder.resolve("from/data/large"), bytes);
        } else {
            put(store, "data/large", bytes);
        }
    }

    Path plan() {
        return folder.resolve("waybill.yaml");
    }

    Migration migration() throws Exception {
        return CrashChild.migration(plan());
    }

    /** Runs until the run is finished. */
    RunReport finish() throws Exception {
        return migration().run(RunOptions.ALL);
    }

    int child(String verb, String point, int nth) throws Exception {
        return start(verb, point, nth).waitFor();
    }

    Process start(String verb, String point, int nth) throws Exception {
        return start(folder, plan(), verb, point, nth);
    }

    static Process start(Path folder, Path plan, String verb, String point, int nth) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        CrashChild.class.getName(),
                        plan.toString(),
                        verb,
                        point,
                        Integer.toString(nth))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child.log").toFile())
                .start();
    }

    /** How many requests of a kind there were for the large file; one that the client left halfway is none. */
    long requests(Operation operation) {
        return endpoint.requests().entries().stream()
                .filter(request ->
                        request.operation() == operation && request.applied() && "in/data/large".equals(request.key()))
                .count();
    }

    Map<String, String> before() {
        return before;
    }

    Map<String, String> sourceBefore() {
        return sourceBefore;
    }

    Map<String, String> theirs() {
        return Map.of(
                "theirs",
                Digest.sha256("theirs".getBytes(StandardCharsets.UTF_8)).hex());
    }

    /** What the target must hold when all is done. */
    Map<String, String> expected() {
        Map<String, String> expected = new TreeMap<>(before);
        sourceBefore.forEach((key, digest) -> expected.put("in/" + key, digest));
        return expected;
    }

    Map<String, String> source() throws Exception {
        return content(from);
    }

    Map<String, String> target() throws Exception {
        return content(to);
    }

    /** Temporary files at a target of files, open uploads at one of S3. */
    List<String> leftovers() throws Exception {
        List<String> left = new ArrayList<>();
        if (to.get("type").equals("files")) {
            try (Stream<Path> files = Files.walk(folder.resolve("to"))) {
                files.filter(file -> String.valueOf(file.getFileName()).startsWith(".waybill"))
                        .forEach(file -> left.add(file.toString()));
            }
        } else {
            try (FileStore target = open(to)) {
                for (String key : expected().keySet()) {
                    left.addAll(target.uploads(new FileKey(key)));
                }
            }
        }
        return left;
    }

    private Map<String, String> content(Map<String, String> options) throws Exception {
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
                                        key.path(),
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

    private FileStore open(Map<String, String> options) throws Exception {
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
                        provider.open(new StoreProvider.Settings("test", all, folder, CrashPlace::environment));
            }
        }
        throw new IllegalStateException("no provider for " + options);
    }

    private static @Nullable String environment(String name) {
        return name.equals("TEST_ACCESS_KEY_ID")
                ? "test"
                : name.equals("TEST_SECRET_ACCESS_KEY") ? "test-secret" : null;
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
