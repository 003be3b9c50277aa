package io.waybill.jdbc.d1;

import io.waybill.jdbc.sqlite.BadValue;
import io.waybill.jdbc.sqlite.SqliteSession;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks D1. Each request is a transaction of its own. */
final class D1Session implements SqliteSession {
    /** Statements of one request. */
    static final int MOST_STATEMENTS = 100;

    /** Bytes of one request, about. */
    static final long LARGEST_REQUEST = 800_000;

    private static final Paging PAGING = new Paging(50, 2_000, 1 << 20);

    private final D1Client client;
    private final String task;

    /** @param task begins the messages about what fails */
    D1Session(D1Client client, String task) {
        this.client = client;
        this.task = task;
    }

    @Override
    public void ask(List<Question> questions, Reader reader) throws StoreException {
        List<D1Statement> statements = new ArrayList<>();
        long weight = 0;
        int first = 0;
        for (Question question : questions) {
            D1Statement statement = statement(question);
            boolean full = statements.size() == MOST_STATEMENTS || weight + statement.weight() > LARGEST_REQUEST;
            if (full && !statements.isEmpty()) {
                send(statements, first, reader);
                first += statements.size();
                statements.clear();
                weight = 0;
            }
            statements.add(statement);
            weight += statement.weight();
        }
        if (!statements.isEmpty()) {
            send(statements, first, reader);
        }
    }

    private D1Statement statement(Question question) throws StoreException {
        List<String> columns = new ArrayList<>();
        for (String expression : question.columns()) {
            // a name that no column has, for ORDER BY takes it before any column
            columns.add(D1Cell.tagged(expression) + " AS \"waybill " + columns.size() + "\"");
        }
        return D1Statement.of("SELECT " + String.join(", ", columns) + " " + question.rest(), question.values(), task);
    }

    private void send(List<D1Statement> statements, int first, Reader reader) throws StoreException {
        List<Value> results = client.run(statements, D1Client.Form.RAW, false, task);
        for (int i = 0; i < results.size(); i++) {
            Value rows = D1Client.field(results.get(i), "rows");
            if (!(rows instanceof Value.ListOf list)) {
                throw odd();
            }
            for (Value each : list.values()) {
                if (!(each instanceof Value.ListOf row)) {
                    throw odd();
                } else if (!reader.take(first + i, number -> cell(row, number))) {
                    break;
                }
            }
        }
    }

    private @Nullable Object cell(Value.ListOf row, int number) throws StoreException, BadValue {
        if (number > row.values().size()) {
            throw odd();
        }
        return D1Cell.stored(row.values().get(number - 1), task);
    }

    private StoreException odd() {
        return new StoreException(
                Kind.CORRUPT, task + ": D1's answer has no rows where they should stand. Check the option endpoint.");
    }

    @Override
    public List<Map<String, String>> pragma(String text) throws StoreException {
        D1Statement statement = new D1Statement("PRAGMA " + text, List.of());
        Value answer =
                client.run(List.of(statement), D1Client.Form.QUERY, false, task).get(0);
        List<Map<String, String>> rows = new ArrayList<>();
        if (answer instanceof Value.ListOf list) {
            for (Value each : list.values()) {
                Map<String, String> row = new HashMap<>();
                if (each instanceof Value.MapOf fields) {
                    fields.values().forEach((name, value) -> {
                        if (value instanceof Value.Text string) {
                            row.put(name, string.value());
                        } else if (value instanceof Value.Int number) {
                            row.put(name, number.value().toString());
                        }
                    });
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** D1 keeps texts in nothing else. */
    @Override
    public boolean isUtf8() {
        return true;
    }

    @Override
    public Paging paging() {
        return PAGING;
    }
}
