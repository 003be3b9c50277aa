package io.waybill.file;

import io.waybill.store.FileKey;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Opens stores of type {@code files}: a folder of this machine. */
public final class FilesProvider implements StoreProvider {
    @Override
    public String type() {
        return "files";
    }

    @Override
    public List<String> schemes() {
        return List.of();
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option(FilesOptions.ROOT, Type.TEXT, null, true, "The folder; relative to the plan's folder."),
                new Option(
                        FilesOptions.LINKS,
                        Type.TEXT,
                        FilesOptions.SKIP,
                        false,
                        "What to do with symbolic links: skip, or follow-files to take those to files inside the root"
                                + " as these files."),
                new Option(
                        FilesOptions.DURABLE,
                        Type.BOOLEAN,
                        "true",
                        false,
                        "Whether a file counts as written only when it would survive a power cut."));
    }

    @Override
    public Map<String, String> parse(String url) {
        if (url.startsWith("/") || url.startsWith(".") || url.startsWith("~")) {
            return Map.of(FilesOptions.ROOT, url);
        }
        throw new IllegalArgumentException("Cannot read " + url + ": files have no URL. Write a path such as ./data.");
    }

    @Override
    public Store open(Settings settings) throws StoreException {
        String root = settings.option(FilesOptions.ROOT);
        if (root.isEmpty() || root.indexOf('\0') >= 0) {
            throw invalid(settings, "its root is no path", "Write one such as ./data.");
        }
        String links = settings.option(FilesOptions.LINKS);
        if (!links.equals(FilesOptions.SKIP) && !links.equals(FilesOptions.FOLLOW_FILES)) {
            throw invalid(settings, "links is " + new FileKey(links).display(), "Use skip or follow-files.");
        }
        String durable = settings.option(FilesOptions.DURABLE);
        if (!durable.equals("true") && !durable.equals("false")) {
            throw invalid(settings, "durable is " + new FileKey(durable).display(), "Use true or false.");
        }
        return new FilesStore(FilesOptions.of(
                real(Names.resolve(settings.folder(), root)),
                links.equals(FilesOptions.FOLLOW_FILES),
                durable.equals("true")));
    }

    private static StoreException invalid(Settings settings, String cause, String advice) {
        return new StoreException(
                StoreException.Kind.INVALID, "Cannot open store " + settings.name() + ": " + cause + ". " + advice);
    }

    /** The path without links and dots as far as it exists, so that one folder has one identity. */
    static Path real(Path path) throws StoreException {
        Deque<Path> missing = new ArrayDeque<>();
        Path at = path;
        while (true) {
            Path parent = at.getParent();
            if (parent == null || Files.exists(at)) {
                break;
            }
            missing.push(at);
            at = parent;
        }
        try {
            Path real = at.toRealPath();
            for (Path each : missing) {
                Path name = each.getFileName();
                real = name == null ? real : real.resolve(name);
            }
            return real.normalize();
        } catch (IOException e) {
            throw FilesErrors.of("open", new FileKey(Names.whole(path)).display(), e);
        }
    }
}
