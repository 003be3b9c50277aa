import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

/**
 * What a hand-made program does: a query for what belongs to each row, one after the other, prepared once. Arguments: URL of
 * the source, the number of root rows at most. Prints how many rows it found.
 */
class Walk {
    private static long rows;

    public static void main(String[] args) throws Exception {
        try (Connection from = DriverManager.getConnection(args[0]);
                PreparedStatement projects =
                        from.prepareStatement("SELECT * FROM projects WHERE batch = 7 ORDER BY id LIMIT " + args[1]);
                PreparedStatement nodes = from.prepareStatement("SELECT * FROM nodes WHERE project = ?");
                PreparedStatement parents =
                        from.prepareStatement("SELECT * FROM parents WHERE project = ? AND node = ?");
                PreparedStatement files = from.prepareStatement("SELECT * FROM files WHERE project = ? AND NOT soft");
                ResultSet project = projects.executeQuery()) {
            while (project.next()) {
                take(project);
                files.setString(1, project.getString("uuid"));
                all(files);
                nodes.setLong(1, project.getLong("id"));
                try (ResultSet node = nodes.executeQuery()) {
                    while (node.next()) {
                        take(node);
                        parents.setLong(1, node.getLong("project"));
                        parents.setInt(2, node.getInt("node"));
                        all(parents);
                    }
                }
            }
        }
        System.out.println(rows + " rows");
    }

    private static void all(PreparedStatement query) throws Exception {
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                take(row);
            }
        }
    }

    private static void take(ResultSet row) throws Exception {
        for (int i = row.getMetaData().getColumnCount(); i > 0; i--) {
            row.getObject(i);
        }
        rows++;
    }
}
