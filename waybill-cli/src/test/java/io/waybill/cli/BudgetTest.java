package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a run in which too much goes wrong: it goes on, it stops, or it takes back what it wrote. */
class BudgetTest {
    private static final String PLAN = """
            waybill: 1
            name: people
            stores: { old: "sqlite:old.db", new: "sqlite:new.db" }
            limits: { parallel: 1, batch: 10 }
            moves:
              - name: people
                from: old:people
                to: new:people
                checks: { required: [name] }
            """;

    @TempDir
    Path folder;

    private User user;

    /** 400 people; of 40 nobody knows the name: those with a number that ends in 7. */
    @BeforeEach
    void makeTables() throws Exception {
        user = new User(folder);
        database("old.db").execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
        database("old.db").execute("""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
                INSERT INTO people SELECT i, CASE WHEN i % 10 = 7 THEN NULL ELSE 'p' || i END FROM n""");
        database("new.db").execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
    }

    private Lite database(String name) {
        return new Lite(folder.resolve(name));
    }

    private long written() throws Exception {
        return Long.parseLong(
                database("new.db").rows("SELECT count(*) FROM people").get(0));
    }

    private void plan(String top) throws Exception {
        Files.writeString(folder.resolve("waybill.yaml"), PLAN + top);
    }

    @Test
    void aRunStopsWhenMoreRowsNeedSomebodyThanTheBudgetAllowsAndTheNextGoesOn() throws Exception {
        plan("budget: 5\n");

        User.Ran first = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(first.all())
                .contains("10 of 100 items of move people need you, more than the budget of 5: required: name");
        assertThat(first.out()).contains("r1: Stopped", "10 quarantined");
        assertThat(written()).as("the batch that had the first of them").isEqualTo(9);
        assertThat(user.type("status").out()).contains("stopped");

        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(written())
                .as("somebody has seen the first ten; five more are allowed")
                .isEqualTo(99);
        plan("budget: 100\n");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("r1: Done", "360 verified", "40 quarantined");
    }

    @Test
    void aShareIsJudgedFromTheHundredthRowOn() throws Exception {
        plan("budget: 9.9%\n");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).all()).contains("10 of 100 items", "the budget of 9.9%");
        assertThat(written()).isLessThanOrEqualTo(90);
    }

    @Test
    void aShareOfASmallMoveIsJudgedAtItsEnd() throws Exception {
        database("old.db").execute("DELETE FROM people WHERE id > 20");
        plan("  - { name: later, after: people, from: \"old:people\", to: \"new:later\" }\nbudget: 5%\n");
        database("new.db").execute("CREATE TABLE later (id INTEGER PRIMARY KEY, name TEXT)");

        User.Ran ran = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(ran.all()).contains("2 of 20 items of move people", "the budget of 5%");
        assertThat(ran.out()).contains("18 verified, 2 quarantined.").doesNotContain("later");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out())
                .as("the other move")
                .contains("38 verified");
    }

    @Test
    void aBudgetThatIsNotUsedUpLetsTheRunEnd() throws Exception {
        plan("budget: 10%\n");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("r1: Done", "360 verified");
    }

    @Test
    void onErrorRollbackTakesBackWhatTheRunWrote() throws Exception {
        database("new.db").execute("INSERT INTO people VALUES (1, 'p1'), (900, 'other')");
        plan("on_error: rollback\n");

        User.Ran ran = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(ran.all())
                .contains("an item of move people needs you and on_error is rollback: required: name is null")
                .contains("Rolled back 8, kept 0", "The target is as before r1.", "waybill items r1 --failed");
        assertThat(written()).as("what was there before").isEqualTo(2);
        assertThat(user.type("items --failed --values").out()).contains("id=7");
        assertThat(user.type("runs").out()).contains("r1", "r2", "rollback of r1");

        database("old.db").execute("UPDATE people SET name = 'x' WHERE name IS NULL");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("r3: Done", "399 verified");
    }

    @Test
    void withABudgetTheRollbackWaitsUntilThatIsUsedUp() throws Exception {
        plan("on_error: rollback\nbudget: 3\n");

        assertThat(user.type("run --json").exits(Exit.NEEDS_YOU).out())
                .contains("\"stopped_because\":\"10 of 100 items of move people need you", "\"undone\":9");
        assertThat(written()).isZero();
        assertThat(user.type("ledger check").exits(Exit.DONE).out()).contains("healthy");
    }

    @Test
    void everyMoveOfTheRunIsRolledBack() throws Exception {
        database("old.db").execute("CREATE TABLE towns (id INTEGER PRIMARY KEY, name TEXT)");
        database("old.db").execute("INSERT INTO towns VALUES (1, 'a'), (2, 'b')");
        database("new.db").execute("CREATE TABLE towns (id INTEGER PRIMARY KEY, name TEXT)");
        Files.writeString(
                folder.resolve("waybill.yaml"),
                PLAN + "    after: towns\n    on_error: rollback\n"
                        + "  - { name: towns, from: \"old:towns\", to: \"new:towns\" }\n");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("Rolled back 11, kept 0");
        assertThat(written()).isZero();
    }

    @Test
    void filesAreRolledBackLikeRows() throws Exception {
        Place place = Place.in(folder);
        Files.createDirectories(folder.resolve("out/photos/2.jpg"));
        place.plan("on_error: rollback\nlimits: { parallel: 1 }\n");

        User.Ran ran = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(ran.all()).contains("needs you and on_error is rollback", "Rolled back 4, kept 0");
        assertThat(place.has("out/notes/a.txt")).isFalse();
        Files.delete(folder.resolve("out/photos/2.jpg"));
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("5 verified");
    }

    @Test
    void aBudgetHoldsForFilesToo() throws Exception {
        Place place = Place.in(folder);
        Files.createDirectories(folder.resolve("out/notes/a.txt"));
        Files.createDirectories(folder.resolve("out/notes/b.txt"));
        place.plan("budget: 1\nlimits: { parallel: 1 }\n");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).all()).contains("2 of 2 items of move files need you");
        assertThat(place.has("out/photos/1.jpg")).isFalse();
        Files.delete(folder.resolve("out/notes/a.txt"));
        Files.delete(folder.resolve("out/notes/b.txt"));
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("5 verified");
    }

    @Test
    void aBudgetIsANumberOrAShare() throws Exception {
        plan("budget: some\n");
        assertThat(user.type("lint").exits(Exit.USAGE).err())
                .contains("\"budget\" must be a number of items, for example 20, or a share of them, for example 1%");
    }
}
