package io.waybill.jdbc.d1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.waybill.store.StoreProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class D1ProviderTest {
    private final D1Provider provider = new D1Provider();

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(StoreProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .map(StoreProvider::type))
                .contains("d1");
    }

    @Test
    void readsUrls() {
        assertThat(provider.parse("d1://acc/6ba7-11"))
                .containsOnly(entry("account", "acc"), entry("database", "6ba7-11"));
        assertThat(provider.parse("d1://a/b?endpoint=http://localhost:1/v4&read_only=true&timeout=5s"))
                .containsOnly(
                        entry("account", "a"),
                        entry("database", "b"),
                        entry("endpoint", "http://localhost:1/v4"),
                        entry("read_only", "true"),
                        entry("timeout", "5s"));
        assertThat(provider.parse("d1:.wrangler/state/v3/d1")).containsOnly(entry("path", ".wrangler/state/v3/d1"));
        assertThat(provider.parse("d1:/srv/*.sqlite")).containsOnly(entry("path", "/srv/*.sqlite"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"d1:", "d1://a", "d1://a/b/c", "d1:///b", "d1://a/b?token=x", "d1://a/b?endpoint=%zz", "sqlite:a"
            })
    void refusesWrongUrls(String url) {
        assertThatThrownBy(() -> provider.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("d1://ACCOUNT_ID/DATABASE_ID");
    }

    @ParameterizedTest
    @CsvSource({
        "account,a/../b",
        "account,''",
        "database,my db",
        "endpoint,ftp://x",
        "endpoint,http://user:pw@x/",
        "read_only,yes",
        "timeout,0s",
        "token,'with blank'",
        "path,x.sqlite"
    })
    void refusesWrongOptionsByNameAndShowsNoSecret(String name, String value) {
        Map<String, String> options = new HashMap<>(Map.of("account", "a", "database", "b", "token", "SentinelToken"));
        options.put(name, value);
        assertThatThrownBy(() -> D1Testing.open(options))
                .hasMessageContaining(name)
                .message()
                .doesNotContain("SentinelToken", "with blank", "user:pw");
    }

    @Test
    void theTokenMayComeFromTheEnvironmentAndMustComeFromSomewhere() throws Exception {
        Map<String, String> options = new HashMap<>();
        D1Options.ALL.stream()
                .filter(option -> option.defaultValue() != null)
                .forEach(option -> options.put(option.name(), java.util.Objects.requireNonNull(option.defaultValue())));
        options.putAll(Map.of("account", "a", "database", "b"));
        java.nio.file.Path here = java.nio.file.Path.of(".");
        assertThatThrownBy(() -> provider.open(new StoreProvider.Settings("cloud", options, here, name -> null)))
                .hasMessageContaining("${env.CLOUDFLARE_API_TOKEN}");
        provider.open(new StoreProvider.Settings(
                        "cloud", options, here, name -> name.equals("CLOUDFLARE_API_TOKEN") ? "t" : null))
                .close();
    }
}
