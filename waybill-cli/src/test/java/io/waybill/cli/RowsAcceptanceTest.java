package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.Failpoint;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * The plans of two real migrations, on their real inputs. Runs where the environment variable WAYBILL_ACCEPTANCE_DATA names
 * the folder of the inputs.
 */
class RowsAcceptanceTest {
    private static final String DATA = System.getenv("WAYBILL_ACCEPTANCE_DATA");

    @TempDir
    Path folder;

    private final DynamoTables tables = new DynamoTables();
    private User user;

    @BeforeEach
    void findInputs() {
        String said = "left out: WAYBILL_ACCEPTANCE_DATA names no folder with the real inputs";
        if (DATA == null) {
            System.out.println("RowsAcceptanceTest " + said);
        }
        assumeTrue(DATA != null, said);
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        user.env("AWS_REGION", DynamoLocal.REGION);
    }

    private User.Ran type(String plan, Map<String, String> sets, String... words) {
        return user.run(words(plan, sets, words).toArray(String[]::new));
    }

    private static List<String> words(String plan, Map<String, String> sets, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-f", Project.root().resolve(plan).toString(), "--ledger", "ledger.db"));
        sets.forEach((name, value) -> all.addAll(List.of("--set", name + "=" + value)));
        return all;
    }

    // the shop

    private static final String SHOP = "acceptance/s9-to-dynamodb.yaml";

    private static final String TABLES = """
            CREATE TABLE compradores (id_comprador int PRIMARY KEY, nome text, nome_fantasia text, cnpj text, email text,
                telefone text, celular text, endereco text, bairro text, cidade text, estado text, cep text, pais text,
                status char(1), limite_credito numeric(14, 2), prazo_pagamento int, contato_nome text, contato_email text,
                contato_telefone text, inscricao_estadual text, observacoes text, data_cadastro timestamp,
                usuario_cadastro text, data_atualizacao timestamp, usuario_atualizacao text);
            CREATE TABLE produtores (id_produtor int PRIMARY KEY, nome text, nome_fantasia text, cnpj text, email text,
                telefone text, celular text, endereco text, bairro text, cidade text, estado text, cep text, pais text,
                status char(1), categorias_produtos text, contato_nome text, contato_email text, contato_telefone text,
                inscricao_estadual text, banco text, banco_nome text, agencia text, conta text, tipo_conta text,
                observacoes text, data_cadastro timestamp, usuario_cadastro text, data_atualizacao timestamp,
                usuario_atualizacao text);
            CREATE TABLE vendas (id_venda int PRIMARY KEY, id_comprador int REFERENCES compradores,
                id_produtor int REFERENCES produtores, data_venda timestamp, data_entrega timestamp, data_nota timestamp,
                status text, prazo_pagamento int, quantidade_total numeric(14, 3), preco_unitario numeric(14, 4),
                subtotal numeric(14, 2), desconto numeric(14, 2), imposto numeric(14, 2), valor_total numeric(14, 2),
                moeda text, numero_nota text, chave_nota text, observacoes text, data_cadastro timestamp,
                usuario_cadastro text, data_atualizacao timestamp, usuario_atualizacao text);
            CREATE TABLE linhas_venda (id_linha int PRIMARY KEY, id_venda int REFERENCES vendas, numero_linha int,
                codigo_produto text, nome_produto text, descricao_produto text, quantidade numeric(14, 3), unidade text,
                preco_unitario numeric(14, 4), subtotal numeric(14, 2), desconto numeric(14, 2), imposto numeric(14, 2),
                total numeric(14, 2), percentual_desconto numeric(5, 2), percentual_imposto numeric(5, 2), observacoes text,
                data_cadastro timestamp, data_atualizacao timestamp);
            CREATE TABLE certificacoes (id_certificacao int PRIMARY KEY, id_produtor int REFERENCES produtores, tipo text,
                numero text, emissor text, validade date)""";

    private Map<String, String> shop() throws Exception {
        PostgresServer postgres = PostgresServer.shared();
        String database = postgres.newDatabase();
        postgres.execute(database, TABLES);
        postgres.execute(database, Files.readString(Path.of(DATA, "s9", "s9-sample-data.sql")));
        postgres.execute(database, """
                UPDATE linhas_venda SET percentual_imposto = 0, quantidade = 0 WHERE id_linha = 7;
                UPDATE vendas SET prazo_pagamento = 0 WHERE id_venda = 6""");
        user.env(
                "S9_DATABASE_URL", "postgresql://postgres@" + postgres.host() + ":" + postgres.port() + "/" + database);
        Map<String, String> sets = new LinkedHashMap<>();
        for (String name : List.of("buyers", "producers", "sales")) {
            sets.put(name, tables.server().newTable("PK", ScalarAttributeType.S, "SK", ScalarAttributeType.S));
        }
        sets.put("stores.aws.endpoint", tables.server().endpoint().toString());
        sets.put("stores.aws.keys", "LOCAL");
        return sets;
    }

    private Map<String, Object> everything(Map<String, String> sets) {
        Map<String, Object> all = new TreeMap<>();
        for (String name : List.of("buyers", "producers", "sales")) {
            all.putAll(tables.all(String.valueOf(sets.get(name)), "PK", "SK"));
        }
        return all;
    }

    @Test
    void theShopArrivesAsItsOwnSampleSays() throws Exception {
        Map<String, String> sets = shop();

        type(SHOP, sets, "run").exits(Exit.DONE);

        Map<String, Object> all = everything(sets);
        assertThat(all).hasSize(3 + 2 + 6 + 7);
        Value.MapOf sample =
                (Value.MapOf) Json.parse(Files.readString(Path.of(DATA, "s9", "dynamodb-sample-data.json")));
        int compared = 0;
        for (Value group : sample.values().values()) {
            for (Value item : ((Value.ListOf) group).values()) {
                @SuppressWarnings("unchecked")
                Map<String, Object> expected = (Map<String, Object>) DynamoTables.plain(item);
                assertThat(all.get(expected.get("PK") + "/" + expected.get("SK")))
                        .isEqualTo(expected);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(4);
        // real zeros stay zeros
        assertThat(String.valueOf(all.get("SALE#SALE006/LINE#001")))
                .contains(", TaxPercentage=0,")
                .contains(", Quantity=0,");
        assertThat(String.valueOf(all.get("SALE#SALE006/#METADATA#sale"))).contains("PaymentTerms=CASH");
        type(SHOP, sets, "verify").exits(Exit.DONE);

        type(SHOP, sets, "run").exits(Exit.DONE);
        assertThat(everything(sets)).isEqualTo(all);
    }

    @Test
    void aRollbackLeavesTheTablesAsBefore() throws Exception {
        Map<String, String> sets = shop();
        tables.put(String.valueOf(sets.get("buyers")), "{\"PK\": \"BUYER#X\", \"SK\": \"mine\", \"n\": 1}");
        Map<String, Object> before = everything(sets);

        type(SHOP, sets, "run").exits(Exit.DONE);
        type(SHOP, sets, "rollback", "r1", "--yes=r1").exits(Exit.DONE);

        assertThat(everything(sets)).isEqualTo(before);
    }

    @ParameterizedTest(name = "at {0}, time {1}")
    @CsvSource({"after-write-before-evidence, 3", "before-write, 4", "before-evidence, 2"})
    void aKilledLoadGoesOnAndEndsEqual(String point, int nth) throws Exception {
        Map<String, String> undisturbed = shop();
        type(SHOP, undisturbed, "run", "--ledger", "other.db").exits(Exit.DONE);
        Map<String, String> sets = shop();
        Map<String, String> environment = new LinkedHashMap<>(DynamoLocal.environment());
        environment.put("AWS_REGION", DynamoLocal.REGION);
        environment.put("S9_DATABASE_URL", user.environment("S9_DATABASE_URL"));

        assertThat(DyingCommand.run(folder, environment, point, nth, words(SHOP, sets, "run")))
                .isEqualTo(DyingCommand.DIED);
        assertThat(everything(sets)).as("it was killed midway").hasSizeBetween(1, 17);

        type(SHOP, sets, "run").exits(Exit.DONE);
        assertThat(everything(sets)).hasSize(3 + 2 + 6 + 7).isEqualTo(everything(undisturbed));
        type(SHOP, sets, "verify").exits(Exit.DONE);
    }

    @Test
    void aReferenceThatDoesNotResolveIsSetAside() throws Exception {
        Map<String, String> sets = shop();
        PostgresServer postgres = PostgresServer.shared();
        String url = user.environment("S9_DATABASE_URL");
        postgres.execute(
                url.substring(url.lastIndexOf('/') + 1),
                "INSERT INTO linhas_venda (id_linha, numero_linha, id_venda) VALUES (99, 9, NULL);"
                        + " UPDATE compradores SET status = 'Z' WHERE id_comprador = 3");

        assertThat(type(SHOP, sets, "run").exits(Exit.NEEDS_YOU).out()).contains("quarantined");

        String said = type(SHOP, sets, "items", "--failed", "--values")
                .exits(Exit.DONE)
                .out();
        assertThat(said).contains("no translation for \"Z\"").contains("refs: GSI1PK is BUYER#BUYER003");
    }

    // assets and their versions

    @ParameterizedTest
    @CsvSource({
        "seed_v2.2_to_v2.3 (assetLocation with Bucket), docs/examples/vams-2.2-to-2.3.yaml, ''",
        "v2.1_to_v2.2 base_assets_prefix='/', docs/examples/vams-2.1-to-2.2.yaml, /",
        "v2.1_to_v2.2 base_assets_prefix='assets/', docs/examples/vams-2.1-to-2.2.yaml, assets/"
    })
    void assetsArriveAsTheOriginalMadeThemWhereItWasRight(String form, String plan, String prefix) throws Exception {
        boolean isSeed = form.startsWith("seed");
        Map<String, String> sets = new LinkedHashMap<>();
        String assets = tables.server().newTable("databaseId", ScalarAttributeType.S, "assetId", ScalarAttributeType.S);
        String versions =
                tables.server().newTable("assetId", ScalarAttributeType.S, "assetVersionId", ScalarAttributeType.S);
        sets.put("assets", assets);
        sets.put("versions", versions);
        sets.put("bucket", "my-asset-bucket");
        sets.put("stores.db.endpoint", tables.server().endpoint().toString());
        sets.put("stores.db.keys", "LOCAL");
        if (!isSeed) {
            sets.put("buckets", buckets(prefix));
            sets.put("prefix", prefix);
        }
        Value.MapOf golden = (Value.MapOf) Json.parse(Files.readString(Path.of(DATA, "vams", "transform_golden.json")));
        List<Value> cases = ((Value.ListOf) User.field(golden, form)).values();
        cases.forEach(each -> tables.put(assets, (Value.MapOf) User.field(each, "input")));
        List<Map<String, AttributeValue>> before = tables.raw(assets);

        type(plan, sets, "run", "--yes").exits(Exit.DONE);

        Map<String, Object> records = new TreeMap<>();
        Map<String, Object> updated = new TreeMap<>();
        for (Value each : cases) {
            Object asset = DynamoTables.plain(User.field(each, "updated_asset"));
            Object version = DynamoTables.plain(User.field(each, "version_record"));
            @SuppressWarnings("unchecked")
            Map<String, Object> fields = new TreeMap<>((Map<String, Object>) asset);
            if (!isSeed && "xA4".equals(fields.get("assetId"))) {
                // the original takes the oldest of the list for the current version; the application appends
                fields.put("currentVersionId", "8");
                version = null;
            }
            updated.put(String.valueOf(fields.get("assetId")), fields);
            if (version instanceof Map<?, ?> map) {
                Map<String, Object> record = new TreeMap<>();
                map.forEach((name, value) -> record.put(String.valueOf(name), value));
                if (!isSeed) {
                    record.remove("dateCreated"); // the original's clock; ours is the run's
                }
                records.put(record.get("assetId") + "/" + record.get("assetVersionId"), record);
            }
        }
        assertThat(tables.all(assets, "assetId")).isEqualTo(updated);
        Map<String, Object> made = tables.all(versions, "assetId", "assetVersionId");
        if (!isSeed) {
            assertThat(String.valueOf(made.remove("xA4/8"))).contains("createdBy=SYSTEM_USER");
            made.values().forEach(record -> ((Map<?, ?>) record).remove("dateCreated"));
        }
        assertThat(made).isEqualTo(records);

        Map<String, Object> once = tables.all(assets, "assetId");
        type(plan, sets, "run", "--yes").exits(Exit.DONE);
        assertThat(tables.all(assets, "assetId")).isEqualTo(once); // the original's second run spoils every asset

        type(plan, sets, "rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(tables.raw(assets)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(tables.raw(versions)).isEmpty();
    }

    @Test
    void aConcurrentUpdateIsNotLost() throws Exception {
        Map<String, String> sets = new LinkedHashMap<>();
        String assets = tables.server().newTable("databaseId", ScalarAttributeType.S, "assetId", ScalarAttributeType.S);
        String versions =
                tables.server().newTable("assetId", ScalarAttributeType.S, "assetVersionId", ScalarAttributeType.S);
        sets.put("assets", assets);
        sets.put("versions", versions);
        sets.put("bucket", "my-asset-bucket");
        sets.put("stores.db.endpoint", tables.server().endpoint().toString());
        sets.put("stores.db.keys", "LOCAL");
        Value.MapOf golden = (Value.MapOf) Json.parse(Files.readString(Path.of(DATA, "vams", "transform_golden.json")));
        String form = "seed_v2.2_to_v2.3 (assetLocation with Bucket)";
        for (Value each : ((Value.ListOf) User.field(golden, form)).values()) {
            tables.put(assets, (Value.MapOf) User.field(each, "input"));
        }
        String plan = "docs/examples/vams-2.2-to-2.3.yaml";
        AtomicBoolean once = new AtomicBoolean();
        Failpoint.arm(point -> {
            if (point.equals("before-write")) {
                synchronized (once) { // nobody writes before both are done
                    if (once.compareAndSet(false, true)) {
                        // a field that the plan reads, of one asset; one that it leaves alone, of another
                        update(assets, "db-2", "xA2", "SET currentVersion.#f = :v", "Version", "4");
                        update(assets, "db-3#deleted", "xA3", "SET #f = :v", "assetName", "renamed meanwhile");
                    }
                }
            }
        });
        try {
            type(plan, sets, "run", "--yes").exits(Exit.NEEDS_YOU);
        } finally {
            Failpoint.arm(null);
        }

        Map<String, Object> now = tables.all(assets, "assetId");
        assertThat(String.valueOf(now.get("xA2")))
                .contains("Version=4", "isMultiFile")
                .doesNotContain("currentVersionId");
        assertThat(tables.all(versions, "assetId")).doesNotContainKey("xA2");
        assertThat(String.valueOf(now.get("xA3"))).contains("assetName=renamed meanwhile", "Bucket=my-asset-bucket");
        assertThat(type(plan, sets, "items", "--failed").exits(Exit.DONE).out()).contains("changed since it was read");

        type(plan, sets, "run", "--failed", "--yes").exits(Exit.DONE);
        assertThat(String.valueOf(tables.all(assets, "assetId").get("xA2"))).contains("currentVersionId=4");
        assertThat(tables.all(versions, "assetId", "assetVersionId")).containsKey("xA2/4");
    }

    private void update(String table, String database, String asset, String expression, String field, String value) {
        tables.server()
                .client()
                .updateItem(update -> update.tableName(table)
                        .key(Map.of(
                                "databaseId", AttributeValue.fromS(database), "assetId", AttributeValue.fromS(asset)))
                        .updateExpression(expression)
                        .expressionAttributeNames(Map.of("#f", field))
                        .expressionAttributeValues(Map.of(":v", AttributeValue.fromS(value))));
    }

    /** A table of buckets with an index over name and prefix. */
    private String buckets(String prefix) {
        String name = "buckets-" + folder.getFileName();
        tables.server()
                .client()
                .createTable(request -> request.tableName(name)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(
                                attribute("bucketId"), attribute("bucketName"), attribute("baseAssetsPrefix"))
                        .keySchema(key("bucketId", KeyType.HASH))
                        .globalSecondaryIndexes(GlobalSecondaryIndex.builder()
                                .indexName("bucketNameGSI")
                                .keySchema(key("bucketName", KeyType.HASH), key("baseAssetsPrefix", KeyType.RANGE))
                                .projection(projection -> projection.projectionType(ProjectionType.ALL))
                                .build()));
        tables.put(
                name,
                "{\"bucketId\": \"bucket-id-1\", \"bucketName\": \"my-asset-bucket\", \"baseAssetsPrefix\": \"" + prefix
                        + "\"}");
        return name;
    }

    private static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }
}
