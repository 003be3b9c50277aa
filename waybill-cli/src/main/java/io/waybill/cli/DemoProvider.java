package io.waybill.cli;

import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.S3Endpoint;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pretend S3, {@code demo-s3:FOLDER}: our small endpoint, started inside this process over a folder, and the S3 store on
 * top of it. Its identity is the folder, so each process may start its own.
 */
public final class DemoProvider implements StoreProvider {
    private static final String SCHEME = "demo-s3";
    private static final String FOLDER = "folder";
    private static final String BUCKET = "demo";
    private static final Map<Path, S3Endpoint> RUNNING = new HashMap<>();

    @Override
    public String type() {
        return SCHEME;
    }

    @Override
    public List<String> schemes() {
        return List.of(SCHEME);
    }

    @Override
    public List<Option> options() {
        return List.of(new Option(
                FOLDER, Type.TEXT, null, true, "The folder that holds the pretend S3; relative to the plan's folder."));
    }

    @Override
    public Map<String, String> parse(String url) {
        String folder = url.startsWith(SCHEME + ":") ? url.substring(SCHEME.length() + 1) : "";
        if (folder.isEmpty() || folder.startsWith("//")) {
            throw new IllegalArgumentException("A pretend S3 is written demo-s3:FOLDER, for example demo-s3:./cloud.");
        }
        return Map.of(FOLDER, folder);
    }

    @Override
    public Store open(Settings settings) throws StoreException {
        StoreProvider s3 = Providers.all().get("s3");
        if (s3 == null) {
            throw new StoreException(
                    StoreException.Kind.INVALID, "Cannot open store " + settings.name() + ": the S3 store is missing.");
        }
        Path folder = settings.folder()
                .resolve(settings.option(FOLDER))
                .toAbsolutePath()
                .normalize();
        Map<String, String> options = new LinkedHashMap<>();
        for (Option option : s3.options()) {
            if (option.defaultValue() != null) {
                options.put(option.name(), option.defaultValue());
            }
        }
        options.put("bucket", BUCKET);
        options.put("region", "us-east-1");
        options.put("endpoint", endpoint(settings.name(), folder).uri().toString());
        options.put("path_style", "true");
        options.put("identity", SCHEME + ":" + folder);
        options.put("access_key_id", "demo");
        options.put("secret_access_key", "demo-demo-demo");
        return s3.open(new Settings(settings.name(), options, settings.folder(), name -> null));
    }

    private static synchronized S3Endpoint endpoint(String store, Path folder) throws StoreException {
        S3Endpoint running = RUNNING.get(folder);
        if (running == null) {
            try {
                running = S3Endpoint.start(EndpointOptions.folder(folder)
                        .bucket(BUCKET)
                        .credentials("demo", "demo-demo-demo")
                        .sync(false)
                        .logged(0));
            } catch (IOException e) {
                throw new StoreException(
                        StoreException.Kind.UNAVAILABLE,
                        "Cannot open store " + store + ": the pretend S3 in " + folder + " does not start: "
                                + Failure.cause(e) + ".",
                        e);
            }
            RUNNING.put(folder, running);
        }
        return running;
    }

    /** Ends the pretend S3s of this process; those who ask for one later get a new one. */
    static synchronized void closeAll() {
        RUNNING.values().forEach(S3Endpoint::close);
        RUNNING.clear();
    }
}
