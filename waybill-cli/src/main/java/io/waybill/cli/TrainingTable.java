package io.waybill.cli;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What answers {@link Training} in place of DynamoDB: one empty table, which takes everything and keeps nothing, and after a write gives
 * back the rows of the training.
 */
final class TrainingTable implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(TrainingTable.class);

    private static final String HOST = "127.0.0.1";
    private static final String WRITE = "BatchWriteItem";
    private static final String READ = "BatchGetItem";

    private static final String SCAN = "Scan";

    private static final String ROWS = """
            [{"id": {"S": "1"}, "name": {"S": "Ann"}, "total": {"N": "2.5"}},
              {"id": {"S": "2"}, "name": {"S": "Bob"}, "total": {"N": "3"}}]""";

    private static final String TABLE = """
            {"Table": {"TableName": "people", "TableStatus": "ACTIVE", "ItemCount": 0, "TableSizeBytes": 0, "CreationDateTime": 1.7E9,
              "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
              "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
              "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1, "NumberOfDecreasesToday": 0}}}""";

    private static final Map<String, String> ANSWERS = Map.of(
            "DescribeTable",
            TABLE,
            "DescribeContinuousBackups",
            """
            {"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED",
              "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}}""",
            WRITE,
            "{\"UnprocessedItems\": {}}",
            READ,
            "{\"UnprocessedKeys\": {}, \"Responses\": {\"people\": " + ROWS + "}}",
            SCAN,
            "{\"Count\": 2, \"ScannedCount\": 2, \"Items\": " + ROWS + "}");

    private final ServerSocket socket;
    private volatile boolean isWritten;

    private TrainingTable(ServerSocket socket) {
        this.socket = socket;
    }

    static TrainingTable open() throws IOException {
        TrainingTable table = new TrainingTable(new ServerSocket(0, 50, InetAddress.getByName(HOST)));
        start(table::accept);
        return table;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "waybill-training");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "http://" + HOST + ":" + socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                start(() -> serve(client));
            } catch (IOException e) {
                log.debug("no longer listening: {}", e.getMessage());
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            while (true) {
                answer(in, client);
            }
        } catch (IOException e) {
            log.debug("a connection ended: {}", e.getMessage());
        }
    }

    private void answer(InputStream in, Socket client) throws IOException {
        String operation = "";
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith("x-amz-target:")) {
                operation = line.substring(line.lastIndexOf('.') + 1);
            } else if (header.startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        in.skipNBytes(length);
        isWritten |= operation.equals(WRITE);
        boolean isEmpty = !isWritten && (operation.equals(READ) || operation.equals(SCAN));
        String found = isEmpty ? "{}" : ANSWERS.getOrDefault(operation, "{}");
        byte[] body = found.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: " + body.length
                + "\r\n\r\n";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().write(body);
        client.getOutputStream().flush();
    }

    /** The next line of a head without its end. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("no more requests");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
