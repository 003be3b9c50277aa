package io.waybill.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides which symbolic links count as files: none, or those to files inside the root. Immutable. */
final class LinkedFiles {
    private final Path root;
    private final boolean follow;

    LinkedFiles(Path root, boolean follow) {
        this.root = root;
        this.follow = follow;
    }

    /**
     * What a link leads to.
     *
     * @param facts of the file, or null if the link does not count as a file
     * @param names of the folders from the root to the file, and its own
     * @param objection why it does not count
     */
    record Target(@Nullable FileFacts facts, List<String> names, String objection) {
        private static Target objection(String why) {
            return new Target(null, List.of(), why);
        }
    }

    /** Looks where a link leads. */
    Target look(Path link) throws IOException {
        if (!follow) {
            return Target.objection("symbolic link");
        }
        Path real;
        Path realRoot = root.toRealPath();
        try {
            real = link.toRealPath();
        } catch (NoSuchFileException e) {
            return Target.objection("symbolic link to nothing");
        } catch (FileSystemException e) {
            return Target.objection("symbolic link that cannot be followed");
        }
        if (!real.startsWith(realRoot)) {
            return Target.objection("symbolic link out of the root");
        }
        FileFacts facts = FileFacts.find(real);
        if (facts == null) {
            return Target.objection("symbolic link to nothing");
        } else if (!facts.isFile()) {
            return Target.objection("symbolic link to a " + facts.type());
        }
        List<String> names = new ArrayList<>();
        for (Path part : realRoot.relativize(real)) {
            names.add(Names.last(part));
        }
        return names.stream().anyMatch(PartName::isReserved)
                ? Target.objection("symbolic link to one of waybill's own files")
                : new Target(facts, names, "");
    }
}
