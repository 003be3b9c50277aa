package io.waybill.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DynamoProviderTest {
    private static final Map<String, String> KEYS =
            Map.of("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY", "geheim");

    private final DynamoProvider provider = new DynamoProvider();

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(StoreProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .map(StoreProvider::type))
                .contains("dynamodb");
    }

    @Test
    void hasTheseOptionsAndDefaultsOfItsOwn() {
        assertThat(provider.options().stream()
                        .map(o -> o.name() + " " + o.type() + " " + o.defaultValue() + " " + o.required()))
                .contains(
                        "region TEXT null false",
                        "profile TEXT null false",
                        "keys TEXT null false",
                        "endpoint TEXT null false",
                        "parallel INTEGER 16 false",
                        "timeout DURATION 30s false",
                        "read_capacity INTEGER null false",
                        "write_capacity INTEGER null false");
    }

    @Test
    void readsUrls() {
        assertThat(provider.parse("dynamodb://us-east-1")).containsOnly(entry("region", "us-east-1"));
        assertThat(provider.parse("dynamodb://eu-west-1?endpoint=http%3A%2F%2Flocalhost:8000&keys=SRC"))
                .containsOnly(
                        entry("region", "eu-west-1"), entry("endpoint", "http://localhost:8000"), entry("keys", "SRC"));
        assertThat(provider.parse("dynamodb://?endpoint=http://localhost:8000"))
                .containsOnly(entry("endpoint", "http://localhost:8000"));
        assertThat(provider.parse("dynamodb://")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dynamo://us-east-1",
                "dynamodb://us-east-1/Table",
                "dynamodb://id:geheim@us-east-1",
                "dynamodb://us-east-1?secret_access_key=geheim",
                "dynamodb://us-east-1?endpont=x",
                "dynamodb://us-east-1?endpoint=%zz"
            })
    void refusesWrongUrls(String url) {
        assertThatThrownBy(() -> provider.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .isNotBlank()
                .doesNotContain("geheim");
    }

    @ParameterizedTest
    @CsvSource({
        "parallel,0",
        "parallel,257",
        "parallel,x",
        "timeout,5",
        "read_capacity,0",
        "write_capacity,many",
        "timeout,0s",
        "endpoint,localhost",
        "endpoint,ftp://x",
        "endpoint,http://u:geheim@x"
    })
    void refusesWrongOptionsByNameWithoutSecrets(String name, String value) {
        Map<String, String> options = new HashMap<>(Map.of("region", "us-east-1"));
        options.put(name, value);
        assertThatThrownBy(() -> DynamoTesting.open(options, KEYS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(name)
                .message()
                .doesNotContain("geheim");
    }

    @Test
    void isTheSameStoreOnEveryMachineThatMeansTheSame() throws Exception {
        try (TableStore one = DynamoTesting.open(Map.of("region", "eu-west-1"), KEYS);
                TableStore two = DynamoTesting.open(
                        Map.of(),
                        Map.of("AWS_REGION", "eu-west-1", "AWS_ACCESS_KEY_ID", "x", "AWS_SECRET_ACCESS_KEY", "y"))) {
            assertThat(one.location()).hasToString("dynamodb://eu-west-1");
            assertThat(two.location()).isEqualTo(one.location());
            assertThat(two.identity()).isEqualTo(one.identity()).isEqualTo("dynamodb://eu-west-1");
        }
        Map<String, String> local = Map.of("endpoint", "http://Localhost:8000");
        try (TableStore store = DynamoTesting.open(local, KEYS)) {
            assertThat(store.location()).hasToString("dynamodb://Localhost:8000");
            assertThat(store.identity()).isEqualTo("dynamodb://us-east-1?endpoint=http://localhost:8000");
        }
    }

    @Test
    void objectsToKeysThatCannotBe() throws Exception {
        try (TableStore store = DynamoTesting.open(Map.of("region", "us-east-1"), KEYS)) {
            assertThat(objection(store, Value.of("a"))).isEmpty();
            assertThat(objection(store, Value.of(5))).isEmpty();
            assertThat(objection(store, new Value.Uuid(new java.util.UUID(1, 2))))
                    .isEmpty();
            assertThat(objection(store, Value.of(""))).contains("id is empty");
            assertThat(objection(store, Value.of("x".repeat(2049)))).contains("2049 bytes");
            assertThat(objection(store, Value.NULL)).contains("null");
            assertThat(objection(store, Value.Bool.TRUE)).contains("boolean");
            assertThat(objection(store, new Value.ListOf(List.of()))).contains("list");
            assertThat(objection(store, new Value.Dbl(Double.NaN))).contains("NaN");
        }
    }

    private static String objection(TableStore store, Value value) {
        return store.objection(new RowKey("t", Row.of("id", value)));
    }
}
