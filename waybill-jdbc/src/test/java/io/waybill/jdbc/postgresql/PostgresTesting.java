package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.store.TableStore;
import java.nio.file.Path;
import java.util.Map;

/** Opens stores as the plan layer does. */
final class PostgresTesting {
    private PostgresTesting() {}

    static TableStore open(Map<String, String> options) throws StoreException {
        Map<String, String> all = PostgresOptions.withDefaults(options);
        return (TableStore)
                new PostgresProvider().open(new StoreProvider.Settings("db", all, Path.of("."), name -> null));
    }

    static TableStore open(String database) throws StoreException {
        return open(PostgresServer.shared().options(database));
    }
}
