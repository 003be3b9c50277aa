import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Properties;

/**
 * What most programs do: one cursor over the source table, inserts into the target in batches, a commit each. Arguments: URL of
 * the source, URL of the target, table, rows of a batch.
 */
class JdbcCopy {
    public static void main(String[] args) throws Exception {
        int size = Integer.parseInt(args[3]);
        try (Connection from = DriverManager.getConnection(args[0], new Properties());
                Connection to = DriverManager.getConnection(args[1], new Properties())) {
            from.setAutoCommit(false);
            to.setAutoCommit(false);
            long rows = 0;
            try (Statement read = from.createStatement()) {
                read.setFetchSize(size);
                try (ResultSet row = read.executeQuery("SELECT * FROM " + args[2])) {
                    int columns = row.getMetaData().getColumnCount();
                    String insert = "INSERT INTO " + args[2] + " VALUES (?" + ", ?".repeat(columns - 1) + ")";
                    try (PreparedStatement write = to.prepareStatement(insert)) {
                        while (row.next()) {
                            for (int i = 1; i <= columns; i++) {
                                write.setObject(i, row.getObject(i));
                            }
                            write.addBatch();
                            if (++rows % size == 0) {
                                write.executeBatch();
                                to.commit();
                            }
                        }
                        write.executeBatch();
                        to.commit();
                    }
                }
            }
            System.out.println(rows + " rows");
        }
    }
}
