package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every report counts source and target of each move, and the rows that were set aside by what was wrong with them. */
class IntegrityTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
        new Lite(folder.resolve("app.db"))
                .execute(
                        "CREATE TABLE buyers (id INTEGER PRIMARY KEY, name TEXT) STRICT",
                        "CREATE TABLE sales (id INTEGER PRIMARY KEY, buyer INTEGER, code TEXT, price INTEGER) STRICT");
        place.file("data/buyers.csv", "id,name\n1,Ada\n2,Grace\n");
        place.file("data/sales.csv", """
                id,buyer,code,price,open
                1,1,a,10,yes
                2,9,b,10,yes
                3,1,,10,yes
                4,2,a,10,yes
                5,2,e,-1,yes
                6,2,f,ten,yes
                7,2,g,10,no
                8,2,h,10,yes
                """);
        place.file("waybill.yaml", """
                waybill: 1
                name: shop
                stores: { disk: ./data, db: "sqlite:app.db", out: ./out }
                moves:
                  - { name: notes, from: "disk:notes/", to: "out:" }
                  - name: buyers
                    from: "disk:buyers.csv"
                    to: "db:buyers"
                    format: { from: { key: id, types: { id: integer } } }
                  - name: sales
                    after: buyers
                    from: "disk:sales.csv"
                    to: "db:sales"
                    where: row.open == 'yes'
                    format: { from: { key: id } }
                    row:
                      only: { id: "${int(row.id)}", buyer: "${int(row.buyer)}", code: "${row.code}", price: "${int(row.price)}" }
                    checks:
                      required: code
                      unique: code
                      refs: { buyer: buyers }
                      rules: { positive: row.price > 0 }
                """);
    }

    @Test
    void countsAndIntegrityStandInEveryReport() throws Exception {
        user.type("run").exits(Exit.NEEDS_YOU);

        List<Value> moves = ((Value.ListOf)
                        user.type("report --format json").exits(Exit.DONE).value("integrity"))
                .values();
        assertThat(moves.stream().map(Json::write))
                .containsExactly(
                        json("notes", 3, 3, true, 0, 0, 0, 0, 0),
                        json("buyers", 2, 2, true, 0, 0, 0, 0, 0),
                        json("sales", 7, 2, false, 1, 1, 1, 1, 1));
        assertThat(user.type("report").exits(Exit.DONE).out())
                .contains("Counts and integrity")
                .containsPattern("sales +7 +2 +no +1 references, 1 required, 1 duplicates, 1 rules, 1 types")
                .as("rows that are set aside are counted, not the batches that they stand in")
                .containsPattern("1 quarantined: rule: positive\\s+for example sales\\[id=5\\]")
                .containsPattern("1 quarantined: required: .*\\s+for example sales\\[id=3\\]")
                .doesNotContainPattern("[2-9] quarantined: ");
        user.type("verify").exits(Exit.DIFFERENT);
        assertThat(place.text(".waybill/reports/r1-verify.html"))
                .contains("<h2>Counts and integrity</h2>", "<th class=\"n\">references</th>")
                .contains("<td>sales</td><td class=\"n\">7</td><td class=\"n\">2</td>"
                        + "<td><span class=\"badge warn\">no</span></td>"
                        + "<td class=\"n\">1</td>".repeat(5))
                .contains("<td>notes</td><td class=\"n\">3</td><td class=\"n\">3</td>"
                        + "<td><span class=\"badge good\">yes</span></td>"
                        + "<td class=\"n\">-</td>".repeat(5));
    }

    private static String json(String move, int source, int target, boolean match, int... broken) {
        return "{\"move\":\"" + move + "\",\"source\":" + source + ",\"target\":" + target + ",\"match\":" + match
                + ",\"set_aside\":{\"references\":" + broken[0] + ",\"required\":" + broken[1] + ",\"duplicates\":"
                + broken[2] + ",\"rules\":" + broken[3] + ",\"types\":" + broken[4] + "}}";
    }
}
