package io.waybill.plan;

import io.waybill.store.StoreProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is read with.
 *
 * @param providers by type
 * @param environment environment variables; answers null for one that is not set
 * @param overrides what {@code --set} was given, each {@code PATH=VALUE}
 */
public record PlanContext(
        Map<String, StoreProvider> providers, UnaryOperator<@Nullable String> environment, List<String> overrides) {
    public PlanContext {
        providers = new LinkedHashMap<>(providers);
        overrides = List.copyOf(overrides);
    }

    /** The provider of a URL's scheme, or of a path ({@code files}); null when there is none. */
    @Nullable
    StoreProvider provider(String url) {
        int colon = url.indexOf(':');
        String scheme = colon > 0 ? url.substring(0, colon) : "";
        if (isPath(url)) {
            return providers.get("files");
        }
        for (StoreProvider provider : providers.values()) {
            if (provider.schemes().contains(scheme)) {
                return provider;
            }
        }
        return null;
    }

    static boolean isPath(String url) {
        return url.startsWith("/") || url.startsWith(".") || url.startsWith("~");
    }
}
