package io.waybill.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a file system is like around a folder, found out without writing anything. */
final class Surroundings {
    private Surroundings() {}

    /** Of a folder, or of the nearest one above it that is there. */
    static List<String> of(Path folder) {
        List<String> facts = new ArrayList<>();
        Path there = folder.toAbsolutePath();
        while (there != null && !Files.isDirectory(there)) {
            there = there.getParent();
        }
        if (there == null) {
            return facts;
        }
        try {
            java.nio.file.FileStore store = Files.getFileStore(there);
            facts.add(String.format(Locale.ROOT, "%.1f GB free (%s)", store.getUsableSpace() / 1e9, store.type()));
            if (store.isReadOnly() || !Files.isWritable(there)) {
                facts.add("may only be read");
            }
            Boolean same = isCaseIgnored(there);
            if (same != null && same) {
                facts.add("names that differ only in case are one name here");
            }
        } catch (IOException e) {
            facts.add("its file system does not tell about itself: " + e.getMessage());
        }
        return facts;
    }

    /** Whether the folder is found under its name in the other case as well; null when its names have no letters. */
    private static @Nullable Boolean isCaseIgnored(Path folder) throws IOException {
        for (Path at = folder; at != null && at.getFileName() != null; at = at.getParent()) {
            String name = at.getFileName().toString();
            String upper = name.toUpperCase(Locale.ROOT);
            String other = upper.equals(name) ? name.toLowerCase(Locale.ROOT) : upper;
            if (!other.equals(name)) {
                Path swapped = at.resolveSibling(other);
                return Files.exists(swapped) && Files.isSameFile(at, swapped);
            }
        }
        return null;
    }
}
