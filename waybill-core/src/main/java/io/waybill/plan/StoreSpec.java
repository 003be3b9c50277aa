package io.waybill.plan;

import io.waybill.store.Secret;
import io.waybill.store.StoreProvider;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A store as a plan describes it.
 *
 * @param type of the provider that opens it
 * @param options values by option name, defaults filled in, without the secret ones
 * @param secrets values of the secret options
 */
public record StoreSpec(String name, String type, Map<String, String> options, Map<String, Secret> secrets) {
    public StoreSpec {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
    }

    /** What its provider opens it with. */
    public StoreProvider.Settings settings(Path folder, UnaryOperator<@Nullable String> environment) {
        Map<String, String> all = new LinkedHashMap<>(options);
        secrets.forEach((option, secret) -> all.put(option, secret.reveal()));
        return new StoreProvider.Settings(name, all, folder, environment);
    }
}
