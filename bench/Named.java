import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;

/** Makes small files and a table in a SQLite file that names them: java -cp DRIVER Named.java FILE FOLDER COUNT BYTES. */
class Named {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        int count = Integer.parseInt(args[2]);
        byte[] content = new byte[Integer.parseInt(args[3])];
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + args[0]);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE saved (id INTEGER PRIMARY KEY, owner INTEGER, path TEXT)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO saved VALUES (?, ?, ?)")) {
                for (int i = 1; i <= count; i++) {
                    String path = "d" + i / 1_000 + "/f" + i + ".bin";
                    Path file = folder.resolve(path);
                    Files.createDirectories(file.getParent());
                    content[i % content.length] = (byte) i;
                    Files.write(file, content);
                    insert.setInt(1, i);
                    insert.setInt(2, i % 100);
                    insert.setString(3, path);
                    insert.addBatch();
                    if (i % 10_000 == 0 || i == count) {
                        insert.executeBatch();
                    }
                }
            }
            connection.commit();
        }
    }
}
