package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init db-files-to-s3}: a plan for the files that a real database names. */
class InitNamedFilesTest {
    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private String database = "";
    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        Files.delete(folder.resolve("waybill.yaml"));
        user = new User(folder);
        database = postgres.newDatabase();
        postgres.execute(database, """
                CREATE TABLE people (id int PRIMARY KEY, name text);
                CREATE TABLE "Saved File" (id int PRIMARY KEY, user_id int, file_name text, "file path" text, object_key text);
                INSERT INTO people VALUES (1, 'Ada'), (2, 'u/a.txt.not');
                INSERT INTO "Saved File" VALUES (1, 7, 'a.txt', 'u/a.txt', 'x'), (2, 7, 'b.txt', 'u/b.txt', 'y'),
                    (3, 8, 'c.txt', 'u/gone.txt', NULL)""");
        place.file("media/u/a.txt", "a").file("media/u/b.txt", "b");
        Files.createDirectories(folder.resolve("out"));
    }

    private User.Ran init(String... more) {
        String[] words = new String[7 + more.length];
        System.arraycopy(
                new String[] {"init", "db-files-to-s3", "--from", postgres.url(database), "--files", "./media", "--to"},
                0,
                words,
                0,
                7);
        System.arraycopy(more, 0, words, 7, more.length);
        return user.run(words);
    }

    @Test
    void findsTheColumnThatNamesFilesAndWritesAPlanThatRunsAsItIs() throws Exception {
        assertThat(init("./out").exits(Exit.DONE).all()).contains("Saved File.file path names the files: 2 of 3");

        user.type("lint").exits(Exit.DONE);
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("2 verified, 1 failed");
        assertThat(place.text("out/files/7/1/a.txt")).isEqualTo("a");
        assertThat(postgres.ask(
                        database, "SELECT waybill_object_key || ' ' || object_key FROM \"Saved File\" WHERE id = 2"))
                .isEqualTo("files/7/2/b.txt y");
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(place.has("out/files/7/1/a.txt")).isFalse();
    }

    @Test
    void asksAtATerminalWhenSeveralColumnsNameFiles() throws Exception {
        postgres.execute(
                database,
                "CREATE TABLE copies (id int PRIMARY KEY, place text); INSERT INTO copies VALUES (1, 'u/a.txt')");

        assertThat(init("./out").exits(Exit.USAGE).all())
                .contains("Several columns hold paths of files: Saved File.file path, copies.place");
        assertThat(place.has("waybill.yaml")).isFalse();
        user.atTerminal(100, "2");
        init("./out").exits(Exit.DONE);
        assertThat(place.text("waybill.yaml")).contains("db:copies").contains("${row.place}");
    }

    @Test
    void takesTheColumnThatIsNamedAndSaysWhatIsWrong() throws Exception {
        assertThat(init("./out", "--column", "people.nam").exits(Exit.USAGE).all())
                .contains("Table people has no column nam. It has: id, name.");
        init("./out", "--column", "people.name").exits(Exit.DONE);
        assertThat(place.text("waybill.yaml")).contains("db:people");
        Files.delete(folder.resolve("waybill.yaml"));
        postgres.execute(database, "DELETE FROM \"Saved File\"");
        assertThat(init("./out").exits(Exit.USAGE).all())
                .contains("No column of")
                .contains("--column TABLE.COLUMN");
        assertThat(user.type("init db-files-to-s3").exits(Exit.USAGE).all()).contains("--from postgresql://");
    }
}
