package io.waybill.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder of files, a table of SQLite whose rows name them, and a plan that tells those rows where their files went. */
final class MediaPlace {
    static final String TELL = """
                then:
                  - update: source
                    add_columns: true
                    set: { r2_key: "${target.path}", checksum: "${file.sha256}" }
            """;

    final Path folder;
    final Place place;
    final User user;
    final Lite app;

    /** Six files of two owners, each named by one row. */
    MediaPlace(Path folder) throws Exception {
        this.folder = folder;
        this.place = Place.in(folder);
        this.user = new User(folder);
        this.app = new Lite(folder.resolve("app.db"))
                .execute("CREATE TABLE saved (id INTEGER PRIMARY KEY, owner INTEGER, name TEXT, path TEXT)");
        for (int i = 1; i <= 6; i++) {
            place.file("media/u/f" + i + ".csv", "content " + i);
            row(i, i % 2, "u/f" + i + ".csv");
        }
        Files.createDirectories(folder.resolve("out"));
    }

    void row(int id, int owner, String path) throws Exception {
        app.execute("INSERT INTO saved (id, owner, name, path) VALUES (" + id + ", " + owner + ", 'f" + id + ".csv', '"
                + path + "')");
    }

    /** @param to the target below the store {@code out}; {@code more} what the move has besides, indented by four */
    void plan(String to, String more) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: media
                stores:
                  db: sqlite:app.db
                  media: ./media
                  out: ./out
                limits: { batch: 2 }
                moves:
                  - name: files
                    each: db:saved
                    from: media:${row.path}
                    to: "out:%s"
                    group: row.owner
                """.formatted(to) + more.indent(0));
    }

    List<String> rows(String columns) throws Exception {
        return app.rows("SELECT " + columns + " FROM saved ORDER BY id");
    }

    /** The ids of the rows that were told of an object. */
    List<String> told() throws Exception {
        return app.rows("SELECT id FROM saved WHERE r2_key IS NOT NULL ORDER BY id");
    }

    List<String> objects() throws Exception {
        try (var all = Files.walk(folder.resolve("out"))) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.resolve("out").relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
