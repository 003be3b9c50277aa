package io.waybill.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresProviderTest {
    private final PostgresProvider provider = new PostgresProvider();

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(StoreProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .map(StoreProvider::type))
                .contains("postgresql");
    }

    @Test
    void hasTheseOptionsAndDefaults() {
        assertThat(provider.options().stream()
                        .map(o -> o.name() + " " + o.type() + " " + o.defaultValue() + " " + o.required()))
                .containsExactly(
                        "host TEXT localhost false",
                        "port INTEGER 5432 false",
                        "database TEXT null true",
                        "user TEXT null false",
                        "password SECRET null false",
                        "tls BOOLEAN null false",
                        "tls_ca TEXT null false",
                        "read_only BOOLEAN false false",
                        "timeout DURATION 60s false",
                        "schema TEXT public false",
                        "application_name TEXT waybill false",
                        "advance_sequences BOOLEAN true false");
    }

    @Test
    void readsUrls() {
        assertThat(provider.parse("postgresql://ann@db1/shop"))
                .containsOnly(entry("user", "ann"), entry("host", "db1"), entry("database", "shop"));
        assertThat(provider.parse("postgres://a%40b:p%2Fw+%25@db_1:6543/my%20shop?schema=x&sslmode=require"))
                .containsOnly(
                        entry("user", "a@b"),
                        entry("password", "p/w+%"),
                        entry("host", "db_1"),
                        entry("port", "6543"),
                        entry("database", "my shop"),
                        entry("schema", "x"),
                        entry("tls", "true"));
        assertThat(provider.parse("postgresql://[::1]:5433/shop"))
                .containsOnly(entry("host", "::1"), entry("port", "5433"), entry("database", "shop"));
        assertThat(provider.parse("postgresql:///shop")).containsOnly(entry("database", "shop"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://u:geheim@db1",
                "postgresql://u:geheim@db1/",
                "postgresql://u:geheim@db1/a/b",
                "postgresql://u:geheim@db1,db2/a",
                "postgresql://u:geheim@db1/a?tsl=true",
                "postgresql://u:geheim@db1/a?password=geheim",
                "postgresql://u:geheim%zz@db1/a",
                "postgresql://u:geheim@db1/a#b",
                "postgresql://u:geheim@db1/a?sslmode=maybe",
                "mysql://u:geheim@db1/a"
            })
    void refusesWrongUrlsWithoutShowingThePassword(String url) {
        assertThatThrownBy(() -> provider.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .isNotBlank()
                .doesNotContain("geheim");
    }

    @ParameterizedTest
    @CsvSource({"port,0", "port,many", "tls,maybe", "read_only,yes", "timeout,5", "timeout,0s", "tls_ca,ca.pem"})
    void refusesWrongOptionsByName(String name, String value) {
        Map<String, String> options = new HashMap<>(Map.of("database", "shop"));
        options.put(name, value);
        StoreProvider.Settings settings =
                new StoreProvider.Settings("db", PostgresOptions.withDefaults(options), Path.of("."), variable -> null);
        assertThatThrownBy(() -> provider.open(settings))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(name);
    }

    @Test
    void locationAndIdentityShowNeitherUserNorPassword() throws Exception {
        for (String url : List.of("postgresql://ann:geheim@DB1/shop", "postgresql://DB1:5432/shop")) {
            try (var store = PostgresTesting.open(provider.parse(url))) {
                assertThat(store.location()).hasToString("postgresql://DB1/shop");
                assertThat(store.identity()).isEqualTo("postgresql://db1:5432/shop?schema=public");
            }
        }
    }

    @Test
    void checksTheCertificateWhenTlsIsAskedFor() {
        Map<String, String> options = PostgresOptions.withDefaults(Map.of("database", "d", "tls", "true"));
        var settings = new StoreProvider.Settings("db", options, Path.of("."), variable -> null);
        assertThat(PostgresOptions.of(settings).properties())
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    }
}
