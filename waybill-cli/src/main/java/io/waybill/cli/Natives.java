package io.waybill.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Points SQLite to its native library as the distribution has it unpacked, so that it is not unpacked at each start. */
final class Natives {
    private Natives() {}

    static void prepare() {
        String lib = System.getProperty("waybill.lib");
        if (lib == null || System.getProperty("org.sqlite.lib.path") != null) {
            return;
        }
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String folder = os.contains("mac") ? "Mac" : os.contains("linux") ? "Linux" : "";
        String machine =
                switch (arch) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "aarch64";
                    default -> "";
                };
        Path path = Path.of(lib, "native", "org", "sqlite", "native", folder, machine);
        String name = System.mapLibraryName("sqlitejdbc");
        if (!folder.isEmpty() && !machine.isEmpty() && Files.isRegularFile(path.resolve(name))) {
            System.setProperty("org.sqlite.lib.path", path.toString());
            System.setProperty("org.sqlite.lib.name", name);
        }
    }
}
