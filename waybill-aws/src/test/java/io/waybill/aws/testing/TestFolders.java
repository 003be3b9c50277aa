package io.waybill.aws.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders of shared servers, below the build folder of the module under test. */
final class TestFolders {
    private TestFolders() {}

    static Path fresh(String name) {
        try {
            Path parent =
                    Files.createDirectories(Path.of("target", "test-servers").toAbsolutePath());
            return Files.createTempDirectory(parent, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
