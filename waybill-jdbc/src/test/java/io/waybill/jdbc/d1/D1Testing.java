package io.waybill.jdbc.d1;

import io.waybill.jdbc.testing.D1Endpoint;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.store.TableStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Opens stores as the plan layer does. */
final class D1Testing {
    private D1Testing() {}

    static TableStore open(D1Endpoint endpoint, String... more) throws StoreException {
        return open(endpoint.options(), more);
    }

    static TableStore open(Map<String, String> given, String... more) throws StoreException {
        Map<String, String> options = new LinkedHashMap<>();
        for (StoreProvider.Option option : D1Options.ALL) {
            if (option.defaultValue() != null) {
                options.put(option.name(), option.defaultValue());
            }
        }
        options.putAll(given);
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return (TableStore)
                new D1Provider().open(new StoreProvider.Settings("d1", options, Path.of("/"), name -> null));
    }
}
