package io.waybill.aws.dynamodb;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.store.TableStore;
import java.nio.file.Path;
import java.util.Map;

/** Opens stores as the plan layer does. */
final class DynamoTesting {
    private DynamoTesting() {}

    static TableStore open(Map<String, String> options, Map<String, String> environment) throws StoreException {
        Map<String, String> all = DynamoOptions.withDefaults(options);
        return (TableStore)
                new DynamoProvider().open(new StoreProvider.Settings("aws", all, Path.of("."), environment::get));
    }

    static TableStore open() throws StoreException {
        return open(DynamoLocal.shared().options(), DynamoLocal.environment());
    }

    /** DynamoDB Local reached through another address, for example a proxy's. */
    static TableStore openAt(String endpoint) throws StoreException {
        return openAt(endpoint, "30s");
    }

    /** The same, with how long an answer is waited for. */
    static TableStore openAt(String endpoint, String timeout) throws StoreException {
        Map<String, String> options = DynamoLocal.shared().options();
        options.put("endpoint", endpoint);
        options.put("timeout", timeout);
        return open(options, DynamoLocal.environment());
    }
}
