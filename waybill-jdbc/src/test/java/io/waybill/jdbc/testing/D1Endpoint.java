package io.waybill.jdbc.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One D1 database for tests: the documented HTTP API over a SQLite file, with its limits, and with what JavaScript does to
 * values. It fails on command. Safe for many threads.
 */
public final class D1Endpoint implements AutoCloseable {
    public static final String ACCOUNT = "0123456789abcdef0123456789abcdef";
    public static final String DATABASE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    public static final String TOKEN = "Sentinel-token_4711";

    private static final Pattern PATH = Pattern.compile("/client/v4/accounts/([^/]+)/d1/database/([^/]+)/(query|raw)");

    private final Path file;
    private final Connection connection;
    private final HttpServer server;
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusing = new AtomicInteger();
    private final AtomicInteger losing = new AtomicInteger();
    private volatile int status = 500;
    private volatile Predicate<String> losable = body -> true;
    private volatile Consumer<String> before = body -> {};

    static {
        // else each answer waits for the acknowledgement of its first half
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private D1Endpoint(Path file) throws IOException, SQLException {
        this.file = file;
        Properties limits = new Properties();
        limits.setProperty("limit_length", "2000000");
        limits.setProperty("limit_sql_length", "100000");
        limits.setProperty("limit_column", "100");
        limits.setProperty("limit_variable_number", "100");
        limits.setProperty("limit_function_arg", "32");
        limits.setProperty("limit_like_pattern_length", "50");
        this.connection = DriverManager.getConnection("jdbc:sqlite:" + file, limits);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys = ON");
            statement.execute("PRAGMA busy_timeout = 20000");
            statement.execute("PRAGMA synchronous = OFF");
        }
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(workers);
        server.createContext("/", this::handle);
        server.start();
    }

    /** A database in a file, which is made if it is not there. */
    public static D1Endpoint over(Path file) {
        try {
            return new D1Endpoint(file);
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("Cannot start a D1 endpoint for tests", e);
        }
    }

    @Override
    public void close() throws SQLException {
        server.stop(0);
        workers.shutdownNow();
        synchronized (connection) {
            connection.close();
        }
    }

    public Path file() {
        return file;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/client/v4";
    }

    /** Store options of a plan, with the token in the clear. */
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("account", ACCOUNT);
        options.put("database", DATABASE);
        options.put("endpoint", url());
        options.put("token", TOKEN);
        return options;
    }

    /** Runs statements on the file itself. */
    public void execute(String... statements) {
        synchronized (connection) {
            try (Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw new IllegalStateException("Cannot run: " + String.join("; ", statements), e);
            }
        }
    }

    /** The rows of a query on the file itself, their values as text separated by bars. */
    public List<String> ask(String sql) {
        synchronized (connection) {
            try (Statement statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                List<String> all = new ArrayList<>();
                while (rows.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        row.add(String.valueOf(rows.getString(i)));
                    }
                    all.add(String.join("|", row));
                }
                return all;
            } catch (SQLException e) {
                throw new IllegalStateException("Cannot ask: " + sql, e);
            }
        }
    }

    /** Bodies of the requests so far. */
    public List<String> requests() {
        return requests;
    }

    /** Answers the next requests with a status and does nothing; 429 with a pause of one second. */
    public void refuse(int times, int status) {
        this.status = status;
        refusing.set(times);
    }

    /** Does what the next such requests ask for and drops the connection in place of an answer. */
    public void loseAnswers(int times, Predicate<String> such) {
        losable = such;
        losing.set(times);
    }

    /** Does something before each request from now on, which is given its body. */
    public void before(Consumer<String> action) {
        before = action;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(body);
            before.accept(body);
            Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (refusing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                if (status == 429) {
                    exchange.getResponseHeaders().add("Retry-After", "1");
                    answer(
                            exchange,
                            429,
                            D1Answers.error(971, "Please wait and consider throttling your request speed"));
                } else {
                    answer(exchange, status, "<html>" + status + "</html>");
                }
            } else if (!("Bearer " + TOKEN).equals(authorization)) {
                answer(exchange, 401, D1Answers.error(10000, "Authentication error"));
            } else if (!path.matches() || !exchange.getRequestMethod().equals("POST")) {
                answer(exchange, 404, D1Answers.error(7003, "Could not route to the path"));
            } else if (!path.group(1).equals(ACCOUNT) || !path.group(2).equals(DATABASE)) {
                answer(exchange, 404, D1Answers.error(7404, "The database " + path.group(2) + " could not be found"));
            } else {
                run(exchange, body, path.group(3).equals("raw"));
            }
        }
    }

    private void run(HttpExchange exchange, String body, boolean raw) throws IOException {
        String text;
        int code = 200;
        try {
            text = D1Answers.success(run(statements(Json.parse(body)), raw));
        } catch (SQLException e) {
            code = 400;
            text = D1Answers.error(7500, D1Answers.words(e));
        } catch (IllegalArgumentException e) {
            code = 400;
            text = D1Answers.error(7400, String.valueOf(e.getMessage()));
        }
        boolean loses = losable.test(body) && losing.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        if (!loses) {
            answer(exchange, code, text);
        }
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** A statement of a request. */
    record Asked(String sql, List<String> params) {}

    private static List<Asked> statements(Value body) {
        Value batch = field(body, "batch");
        if (batch == null) {
            return List.of(statement(body));
        } else if (batch instanceof Value.ListOf list && !list.values().isEmpty()) {
            return list.values().stream().map(D1Endpoint::statement).toList();
        }
        throw new IllegalArgumentException("batch must be an array of queries");
    }

    private static Asked statement(Value query) {
        if (!(field(query, "sql") instanceof Value.Text sql)) {
            throw new IllegalArgumentException("sql must be a string");
        }
        List<String> params = new ArrayList<>();
        if (field(query, "params") instanceof Value.ListOf list) {
            for (Value each : list.values()) {
                if (!(each instanceof Value.Text text)) {
                    throw new IllegalArgumentException("params must be an array of strings");
                }
                params.add(text.value());
            }
        }
        return new Asked(sql.value(), params);
    }

    private static @Nullable Value field(Value value, String name) {
        return value instanceof Value.MapOf map ? map.values().get(name) : null;
    }

    /** All of them in one transaction. */
    private List<Value> run(List<Asked> statements, boolean raw) throws SQLException {
        synchronized (connection) {
            connection.setAutoCommit(false);
            try {
                List<Value> results = new ArrayList<>();
                for (Asked asked : statements) {
                    results.add(D1Answers.run(connection, asked, raw));
                }
                connection.commit();
                return results;
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }
}
