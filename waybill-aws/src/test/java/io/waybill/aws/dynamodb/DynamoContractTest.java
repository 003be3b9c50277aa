package io.waybill.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.store.Location;
import io.waybill.store.TableStore;
import io.waybill.store.TableStoreContract;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

class DynamoContractTest extends TableStoreContract {
    private static final DynamoLocal SERVER = DynamoLocal.shared();
    private static String valueTable = "";

    @Override
    protected TableStore open() throws Exception {
        return DynamoTesting.open();
    }

    @Override
    protected String create(Shape shape) {
        return switch (shape) {
            case INTEGER_KEY -> SERVER.newTable("id", ScalarAttributeType.N);
            case TEXT_KEY -> SERVER.newTable("id", ScalarAttributeType.S);
            case PAIR_KEY -> SERVER.newTable("town", ScalarAttributeType.S, "number", ScalarAttributeType.N);
        };
    }

    @Override
    protected void fill(String table, List<Row> rows) throws Exception {
        List<WriteRequest> requests = new ArrayList<>();
        for (Row row : rows) {
            Row natural = NaturalForm.of(row, new Location("dynamodb", "test"));
            requests.add(WriteRequest.builder()
                    .putRequest(put -> put.item(Attributes.of(natural)))
                    .build());
        }
        for (int from = 0; from < requests.size(); from += 25) {
            List<WriteRequest> some = requests.subList(from, Math.min(requests.size(), from + 25));
            assertThat(SERVER.client()
                            .batchWriteItem(request -> request.requestItems(Map.of(table, some)))
                            .unprocessedItems())
                    .isEmpty();
        }
    }

    @Override
    protected String valueTable(Value value) {
        if (valueTable.isEmpty()) {
            valueTable = create(Shape.INTEGER_KEY);
        }
        return valueTable;
    }

    @Override
    protected TableStore openUnreachable() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return DynamoTesting.openAt("http://127.0.0.1:" + socket.getLocalPort());
        }
    }

    @Override
    protected TableStore openWithWrongSecret() throws Exception {
        return DynamoTesting.open(
                SERVER.options(), Map.of("LOCAL_ACCESS_KEY_ID", "local", "LOCAL_SECRET_ACCESS_KEY", SECRET));
    }

    /** DynamoDB Local does not check signatures; {@link DynamoFaultTest} shows what AWS's own answer becomes. */
    @Override
    @Test
    protected void wrongCredentialsAreDeniedWithoutShowingThem() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        try (TableStore store = openWithWrongSecret()) {
            assertThat(store.table(table).key()).containsExactly("id");
            assertThat(store.identity() + store).doesNotContain(SECRET);
        }
    }
}
