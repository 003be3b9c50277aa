package io.waybill.aws.dynamodb;

import io.waybill.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** What to know of a table before it is written to: whether it can be restored, and what it may take. */
final class DynamoRemarks {
    private static final String UNKNOWN = "point-in-time recovery unknown (the service does not say)";

    private DynamoRemarks() {}

    static List<String> of(DynamoStore store, String table) throws StoreException {
        TableDescription description = store.describe(table);
        List<String> remarks = new ArrayList<>();
        remarks.add(recovery(store, table));
        boolean onDemand = description.billingModeSummary() != null
                && description.billingModeSummary().billingMode() == BillingMode.PAY_PER_REQUEST;
        ProvisionedThroughputDescription capacity = description.provisionedThroughput();
        if (onDemand) {
            remarks.add("capacity on demand");
        } else if (capacity != null) {
            remarks.add("capacity of " + capacity.readCapacityUnits() + " read and " + capacity.writeCapacityUnits()
                    + " write units a second");
        }
        return remarks;
    }

    /** Other services that speak the protocol may not know the question, and keys may not be allowed to ask it. */
    private static String recovery(DynamoStore store, String table) throws StoreException {
        try {
            @Nullable
            ContinuousBackupsDescription backups = store.call(
                    "Cannot ask for the backups of " + table + " in " + store.location(),
                    false,
                    () -> store.client()
                            .describeContinuousBackups(request -> request.tableName(table))
                            .continuousBackupsDescription());
            if (backups == null) {
                return UNKNOWN;
            }
            boolean on = backups.pointInTimeRecoveryDescription() != null
                    && backups.pointInTimeRecoveryDescription().pointInTimeRecoveryStatus()
                            == PointInTimeRecoveryStatus.ENABLED;
            return "point-in-time recovery " + (on ? "on" : "off");
        } catch (StoreException e) {
            return switch (e.kind()) {
                case DENIED -> "point-in-time recovery unknown (the keys may not ask for it)";
                case INVALID, NOT_FOUND -> UNKNOWN;
                default -> throw e;
            };
        }
    }
}
