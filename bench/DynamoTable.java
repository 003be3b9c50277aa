import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Makes a DynamoDB table anew ({@code new ENDPOINT TABLE KEY}) or counts its items ({@code count ENDPOINT TABLE}). */
public final class DynamoTable {
    public static void main(String[] arguments) {
        String table = arguments[2];
        try (DynamoDbClient client = DynamoDbClient.builder()
                .endpointOverride(URI.create(arguments[1]))
                .region(Region.of("us-east-1"))
                .build()) {
            if (arguments[0].equals("count")) {
                AtomicLong items = new AtomicLong();
                client.scanPaginator(scan -> scan.tableName(table).select(Select.COUNT).consistentRead(true))
                        .forEach(page -> items.addAndGet(page.count()));
                System.out.println(items);
                return;
            }
            try {
                client.deleteTable(delete -> delete.tableName(table));
            } catch (ResourceNotFoundException e) {
                // it is made below
            }
            client.createTable(create -> create.tableName(table)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(key -> key.attributeName(arguments[3]).attributeType(ScalarAttributeType.N))
                    .keySchema(key -> key.attributeName(arguments[3]).keyType("HASH")));
        }
    }
}
