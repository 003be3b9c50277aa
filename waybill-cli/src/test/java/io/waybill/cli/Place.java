package io.waybill.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with a plan that copies files from one folder to another. */
final class Place {
    static final String PLAN = """
            waybill: 1
            name: place
            stores:
              disk: ./data
              out: ./out
            moves:
              - name: files
                from: ["disk:notes/", "disk:photos/"]
                to: "out:"
            """;

    private final Path folder;

    private Place(Path folder) {
        this.folder = folder;
    }

    /** With five small files in two groups. */
    static Place in(Path folder) throws IOException {
        Place place = new Place(folder);
        place.file("data/notes/a.txt", "alpha");
        place.file("data/notes/b.txt", "beta");
        place.file("data/notes/sub/c.txt", "gamma");
        place.file("data/photos/1.jpg", "one");
        place.file("data/photos/2.jpg", "two two");
        place.file("waybill.yaml", PLAN);
        return place;
    }

    Place file(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** With more lines at the top of the plan. */
    Place plan(String more) throws IOException {
        return file("waybill.yaml", PLAN + more);
    }

    String text(String path) throws IOException {
        return Files.readString(folder.resolve(path));
    }

    boolean has(String path) {
        return Files.exists(folder.resolve(path));
    }
}
