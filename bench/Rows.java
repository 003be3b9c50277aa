import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;

/** Makes a table in a SQLite file: java -cp DRIVER Rows.java FILE narrow|wide COUNT. */
class Rows {
    private static final int WIDE = 16_000_000;

    public static void main(String[] args) throws Exception {
        boolean narrow = args[1].equals("narrow");
        int count = Integer.parseInt(args[2]);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + args[0]);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = OFF");
            statement.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INTEGER)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?, ?)")) {
                for (int i = 1; i <= count; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, narrow ? "name " + i : ("row %07d ".formatted(i)).repeat(WIDE / 12));
                    insert.setInt(3, i % 1_000);
                    if (narrow) {
                        insert.addBatch();
                    } else {
                        insert.executeUpdate();
                    }
                    if (narrow && i % 10_000 == 0) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }
}
