package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a table of PostgreSQL has beside its rows: sequences, numbered and computed columns, triggers. */
class PostgresTablesTest {
    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private String database = "";
    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        database = postgres.newDatabase();
        place = Place.in(folder);
        place.file("data/people.csv", "id,name\n1,Ada\n2,Grace\n40,Edsger\n");
        user = new User(folder);
    }

    private void plan(String more) throws Exception {
        plan("", more);
    }

    private void plan(String options, String more) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: people
                stores:
                  disk: ./data
                  pg: { url: "%s"%s }
                moves:
                  - name: people
                    from: "disk:people.csv"
                    to: "pg:people"
                    format: { from: { key: id, types: { id: integer } } }
                %s""".formatted(postgres.url(database), options, more));
    }

    private String ask(String sql) {
        return postgres.ask(database, sql);
    }

    @Test
    void anApplicationGetsAFreshIdAfterALoad() throws Exception {
        postgres.execute(database, "CREATE TABLE people (id serial PRIMARY KEY, name text)");
        plan("");
        assertThat(user.type("plan").exits(Exit.DONE).all())
                .contains("pg:people: sequence people_id_seq behind id is advanced past them at the end");

        User.Ran ran = user.type("run").exits(Exit.DONE);

        assertThat(ran.out()).contains("3 verified").contains("Sequence people_id_seq advanced to 40.");
        assertThat(ask("INSERT INTO people (name) VALUES ('Barbara') RETURNING id"))
                .isEqualTo("41");

        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(ask("SELECT count(*) FROM people")).isEqualTo("1");
        assertThat(ask("SELECT nextval('people_id_seq')"))
                .as("is not moved back")
                .isEqualTo("42");
    }

    @Test
    void aSequenceThatIsAheadStaysAndOneThatCountsDownIsTakenDown() throws Exception {
        postgres.execute(
                database,
                "CREATE SEQUENCE down INCREMENT -1 MAXVALUE 100 START 100;"
                        + " CREATE TABLE people (id serial PRIMARY KEY, name text, n bigint DEFAULT nextval('down'));"
                        + " SELECT setval('people_id_seq', 500)");
        place.file("data/people.csv", "id,name,n\n1,Ada,90\n2,Grace,70\n40,Edsger,80\n");
        plan("    row: { set: { n: \"${int(row.n)}\" } }\n");

        Value.MapOf result = user.type("run --json").exits(Exit.DONE).lines().stream()
                .reduce((a, b) -> b)
                .orElseThrow();

        assertThat(((Value.ListOf) User.field(result, "notes")).values())
                .containsExactly(Value.of("sequence down advanced to 70"));
        assertThat(ask("INSERT INTO people (name) VALUES ('Barbara') RETURNING id || ' ' || n"))
                .isEqualTo("501 69");
    }

    @Test
    void aSequenceIsLeftAloneWhenTheStoreSaysSo() throws Exception {
        postgres.execute(database, "CREATE TABLE people (id serial PRIMARY KEY, name text)");
        plan(", advance_sequences: false", "");

        assertThat(user.type("plan").exits(Exit.DONE).all())
                .contains("sequence people_id_seq behind id stays where it is");
        assertThat(user.type("run").exits(Exit.DONE).out()).doesNotContain("sequence", "Sequence");
        assertThat(ask("SELECT nextval('people_id_seq')")).isEqualTo("1");
    }

    @Test
    void aSequenceThatCannotFollowOrMayNotBeTouchedIsSaidAndSpoilsNothing() throws Exception {
        postgres.execute(
                database,
                "CREATE SEQUENCE short MAXVALUE 10; CREATE TABLE people (id integer PRIMARY KEY DEFAULT nextval('short'),"
                        + " name text)");
        plan("");
        assertThat(user.type("run").exits(Exit.DONE).out())
                .contains("Sequence short cannot follow column id of people to 40: it ends at 10.");

        postgres.execute(
                database,
                "CREATE TABLE others (id serial PRIMARY KEY, name text);"
                        + " GRANT SELECT, INSERT, UPDATE, DELETE ON others TO " + PostgresServer.GUARDED);
        place.file(
                "waybill.yaml",
                place.text("waybill.yaml")
                        .replace("name: people\nstores", "name: others\nstores")
                        .replace("pg:people", "pg:others")
                        .replace(
                                "url: \"" + postgres.url(database) + "\"",
                                "type: postgresql, host: 127.0.0.1, port: "
                                        + postgres.port() + ", database: " + database + ", user: "
                                        + PostgresServer.GUARDED
                                        + ", password: \"${env.PG_PASSWORD}\""));
        user.env("PG_PASSWORD", PostgresServer.PASSWORD);
        assertThat(user.type("run").exits(Exit.DONE).out())
                .contains("3 verified")
                .contains("Cannot advance the sequences of table others")
                .contains("permission denied for sequence others_id_seq");
    }

    @Test
    void aNumberedColumnTakesTheNumbersOfTheRowsAndGoesOnAfterThem() throws Exception {
        postgres.execute(
                database, "CREATE TABLE people (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)");
        plan("");
        assertThat(user.type("plan").exits(Exit.DONE).all())
                .contains("id GENERATED ALWAYS takes the numbers of the rows all the same");

        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT string_agg(id || name, ' ' ORDER BY id) FROM people"))
                .isEqualTo("1Ada 2Grace 40Edsger");
        assertThat(ask("INSERT INTO people (name) VALUES ('Barbara') RETURNING id"))
                .isEqualTo("41");
    }

    @Test
    void aComputedColumnIsRefusedBeforeAnythingIsWritten() throws Exception {
        postgres.execute(
                database,
                "CREATE TABLE people (id integer PRIMARY KEY, name text GENERATED ALWAYS AS ('n' || id) STORED);"
                        .replace("'n' || id", "repeat('x', id)"));
        plan("");

        for (String verb : List.of("plan", "run")) {
            assertThat(user.type(verb).exits(Exit.USAGE).err())
                    .contains(
                            "Cannot run move people: the store computes name of people by itself, and the rows of this"
                                    + " move have it. Leave that out: row: { drop: [name] }.");
        }
        assertThat(ask("SELECT count(*) FROM people")).isEqualTo("0");

        plan("    row: { drop: name }\n");
        assertThat(user.type("plan").exits(Exit.DONE).all()).contains("the server computes name by itself");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("3 verified");
        assertThat(ask("SELECT name FROM people WHERE id = 2")).isEqualTo("xx");
    }

    @Test
    void aRowWithAComputedColumnIsReplacedAndPutBackAndEditedInPlace() throws Exception {
        postgres.execute(
                database,
                "CREATE TABLE people (id integer PRIMARY KEY, name text, size integer GENERATED ALWAYS AS (length(name))"
                        + " STORED); INSERT INTO people (id, name) VALUES (2, 'old'), (50, 'fifty')");
        plan("    exists: replace\n");
        user.type("run --yes").exits(Exit.DONE);
        assertThat(ask("SELECT name || size FROM people WHERE id = 2")).isEqualTo("Grace5");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(ask("SELECT string_agg(id || name || size, ' ' ORDER BY id) FROM people"))
                .isEqualTo("2old3 50fifty5");

        place.file("waybill.yaml", """
                waybill: 1
                name: edit
                stores: { pg: "%s" }
                moves:
                  - { name: edit, from: "pg:people", to: "pg:people", row: { set: { name: "${row.name + string(row.size)}" } } }
                """.formatted(postgres.url(database)).replace("string(row.size)", "text(row.size)"));
        user.type("run --yes").exits(Exit.DONE);
        assertThat(ask("SELECT string_agg(id || name || size, ' ' ORDER BY id) FROM people"))
                .isEqualTo("2old34 50fifty56");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(ask("SELECT string_agg(id || name || size, ' ' ORDER BY id) FROM people"))
                .isEqualTo("2old3 50fifty5");
    }

    @Test
    void triggersThatWillFireAreSaidBeforehand() throws Exception {
        postgres.execute(
                database,
                "CREATE TABLE people (id integer PRIMARY KEY, name text); CREATE TABLE audit (id integer);"
                        + " CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO audit VALUES"
                        + " (NEW.id); RETURN NEW; END';"
                        + " CREATE TRIGGER told AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION note();"
                        + " CREATE TRIGGER quiet AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION note();"
                        + " ALTER TABLE people DISABLE TRIGGER quiet");
        plan("");

        assertThat(user.type("plan").exits(Exit.DONE).all())
                .contains("pg:people: what is written fires its trigger told");
        user.type("run").exits(Exit.DONE);
        assertThat(ask("SELECT count(*) FROM audit")).isEqualTo("3");
    }

    @Test
    void aServerThatOnlyReadsIsRefusedBeforeTheFirstWrite() throws Exception {
        postgres.execute(
                database,
                "CREATE TABLE people (id integer PRIMARY KEY, name text); ALTER DATABASE \"" + database
                        + "\" SET default_transaction_read_only = on");
        plan("");
        place.file(
                "waybill.yaml",
                place.text("waybill.yaml")
                        .replace(
                                "moves:\n",
                                "moves:\n  - { name: notes, from: \"disk:notes/\", to: \"disk:copy/\" }\n"));

        assertThat(user.type("run").exits(Exit.UNAVAILABLE).err())
                .contains("Cannot write to postgresql")
                .contains("the server lets this role only read");
        assertThat(place.has("data/copy")).isFalse();
    }
}
