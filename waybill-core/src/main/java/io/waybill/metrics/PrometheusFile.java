package io.waybill.metrics;

import io.waybill.store.Metrics;
import io.waybill.store.RunFigures;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file for the textfile collector of node_exporter; it is never seen half written, and it stays when the run is over. */
final class PrometheusFile implements Metrics {
    private final Path file;

    PrometheusFile(Path file) {
        this.file = file;
    }

    @Override
    public void publish(RunFigures now) throws StoreException {
        // not ending in .prom, so that the collector leaves it alone
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.write(beside, PrometheusText.of(now).getBytes(StandardCharsets.UTF_8));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "file " + file + " cannot be written (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public void close() {}
}
