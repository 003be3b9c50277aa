package io.waybill.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some names of a folder in byte order. A folder can hold more names than memory should, so they come in chunks: one pass
 * over the folder keeps the smallest names after the last chunk, as many as the budget allows. A folder within the budget
 * takes one pass; two million names of 20 bytes take about ten.
 *
 * @param whole whether no name after these is left
 * @param cost of keeping them, in bytes
 */
record FolderNames(List<String> names, boolean whole, long cost) {
    private static final int COST_OF_NAME = 56;

    /**
     * Reads the next names.
     *
     * @param after the last name of the chunk before, or null
     * @param bound where the listing goes on, relative to the folder; names whose items all lie before it are left out
     * @param budget how many bytes the names may take
     */
    static FolderNames read(Folder folder, @Nullable String after, @Nullable String bound, long budget)
            throws IOException {
        List<String> names = new ArrayList<>();
        String cutoff = null;
        long cost = 0;
        try {
            for (Path path : folder.entries()) {
                String name = Names.last(path);
                if ((after != null && Names.compare(name, after) <= 0)
                        || (cutoff != null && Names.compare(name, cutoff) >= 0)
                        || (bound != null && Names.compare(name, bound) < 0 && !bound.startsWith(name))
                        || PartName.isReserved(name)) {
                    continue;
                }
                names.add(name);
                cost += COST_OF_NAME + name.length();
                if (cost > 2 * budget && names.size() > 1) {
                    cost = shrink(names, budget);
                    cutoff = names.remove(names.size() - 1);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(Names::compare);
        return new FolderNames(names, cutoff == null, cost);
    }

    /** Keeps the smallest names within the budget, and one more as the first that is left out. */
    private static long shrink(List<String> names, long budget) {
        names.sort(Names::compare);
        long cost = 0;
        int keep = 0;
        while (keep < names.size() - 1 && (keep == 0 || cost < budget)) {
            cost += COST_OF_NAME + names.get(keep).length();
            keep++;
        }
        names.subList(keep + 1, names.size()).clear();
        return cost;
    }
}
