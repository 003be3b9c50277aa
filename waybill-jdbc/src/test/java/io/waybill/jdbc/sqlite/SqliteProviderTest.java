package io.waybill.jdbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteProviderTest {
    private final SqliteProvider provider = new SqliteProvider();

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(StoreProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .map(StoreProvider::type))
                .contains("sqlite");
    }

    @Test
    void hasTheseOptionsAndDefaults() {
        assertThat(provider.options().stream()
                        .map(o -> o.name() + " " + o.type() + " " + o.defaultValue() + " " + o.required()))
                .containsExactly("path TEXT null true", "read_only BOOLEAN false false", "timeout DURATION 30s false");
    }

    @Test
    void readsUrls() {
        assertThat(provider.parse("sqlite:app.db")).containsOnly(entry("path", "app.db"));
        assertThat(provider.parse("sqlite:./a b%20c.db")).containsOnly(entry("path", "./a b%20c.db"));
        assertThat(provider.parse("sqlite:///srv/app.db")).containsOnly(entry("path", "/srv/app.db"));
        assertThat(provider.parse("sqlite:/srv/app.db?read_only=true&timeout=5s"))
                .containsOnly(entry("path", "/srv/app.db"), entry("read_only", "true"), entry("timeout", "5s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite:", "sqlite://host/app.db", "sqlite:a.db?mode=memory", "postgresql://db1/shop"})
    void refusesWrongUrls(String url) {
        assertThatThrownBy(() -> provider.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sqlite:app.db");
    }

    @ParameterizedTest
    @CsvSource({"path,''", "read_only,yes", "timeout,5"})
    void refusesWrongOptionsByName(String name, String value) {
        Map<String, String> options = new HashMap<>(Map.of("path", "a.db", "read_only", "false", "timeout", "30s"));
        options.put(name, value);
        var settings = new StoreProvider.Settings("db", options, Path.of("."), variable -> null);
        assertThatThrownBy(() -> provider.open(settings))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(name);
    }

    @Test
    void aPathIsRelativeToThePlansFolderAndLinksDoNotMakeAnotherStore(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("app.db"));
        Files.createSymbolicLink(folder.resolve("link.db"), file);
        for (String path : new String[] {"app.db", "./x/../app.db", "link.db", file.toString()}) {
            Map<String, String> options = Map.of("path", path, "read_only", "false", "timeout", "30s");
            try (var store = provider.open(new StoreProvider.Settings("db", options, folder, name -> null))) {
                assertThat(store.identity()).isEqualTo("sqlite:" + file.toRealPath());
                assertThat(store.location()).hasToString("sqlite://" + file.toRealPath());
            }
        }
    }
}
