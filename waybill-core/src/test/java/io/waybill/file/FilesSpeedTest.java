package io.waybill.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.FileStore;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints how fast a warm tree is listed; asserts only that it is whole. */
class FilesSpeedTest {
    @TempDir
    Path root = Path.of("unset");

    @Test
    void listsAWarmTree() throws Exception {
        for (int folder = 0; folder < 10; folder++) {
            Path path = Files.createDirectories(root.resolve("folder-" + folder + "/deeper"));
            for (int file = 0; file < 1_000; file++) {
                Files.createFile(path.resolve("a-file-with-a-name-" + file + ".bin"));
            }
        }
        double best = 0;
        for (int round = 0; round < 20; round++) {
            FileStore store = new FilesStore(FilesOptions.of(root, false, false));
            long start = System.nanoTime();
            int count = 0;
            try (Source.Opened opened = store.open(Selection.all(""));
                    Source.Items items = opened.read(opened.splits(1).get(0), null)) {
                for (Source.Page page = items.next(); page != null; page = items.next()) {
                    count += page.items().size();
                }
            }
            assertThat(count).isEqualTo(10_000);
            best = Math.max(best, count / ((System.nanoTime() - start) / 1e9));
        }
        System.err.printf("figure: listed %.0f files a second, one thread, warm%n", best);
    }
}
