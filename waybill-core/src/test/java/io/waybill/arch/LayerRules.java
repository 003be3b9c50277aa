package io.waybill.arch;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Which package may see which: {@code cli -> report -> engine -> ledger -> plan -> mapping -> store -> value}, connectors see
 * {@code store} and {@code value}, and what only one place may do. Every module runs all of them over its own classes.
 */
public final class LayerRules {
    private static final String JSPECIFY = "org.jspecify..";
    private static final String SLF4J = "org.slf4j..";

    private LayerRules() {}

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.waybill.(**)")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true)
            .because("a package that cannot be read without another one is not a boundary");

    @ArchTest
    static final ArchRule VALUE_SEES_NOTHING_OF_OURS = only("io.waybill.value..", JSPECIFY)
            .because("values and their digests mean the same everywhere, so they depend on nothing that varies");

    @ArchTest
    static final ArchRule STORE_SEES_VALUE = only("io.waybill.store..", "io.waybill.value..", JSPECIFY)
            .because("it is the contract that a connector is written against, without the rest of waybill and without a"
                    + " library");

    @ArchTest
    static final ArchRule FILE_IS_A_CONNECTOR = only(
                    "io.waybill.file..", "io.waybill.store..", "io.waybill.value..", JSPECIFY, SLF4J)
            .because("the folder is a store like any other; nothing knows a pair of stores");

    @ArchTest
    static final ArchRule METRICS_SEE_STORE = only(
                    "io.waybill.metrics..", "io.waybill.store..", "io.waybill.value..", JSPECIFY, SLF4J)
            .because("figures are published by services that know what a connector knows");

    @ArchTest
    static final ArchRule TABLES_SEE_STORE_AND_VALUE = only(
                    "io.waybill.table..", "io.waybill.store..", "io.waybill.value..", JSPECIFY)
            .because("a table in a file is read the same way whatever store holds the file");

    @ArchTest
    static final ArchRule MAPPING_SEES_STORE_AND_VALUE = only(
                    "io.waybill.mapping..",
                    "io.waybill.store..",
                    "io.waybill.value..",
                    JSPECIFY,
                    "dev.cel..",
                    "com.google.common..",
                    "com.google.re2j..")
            .because("how a row changes does not depend on plans, ledgers or runs. CEL gives out Guava's lists, so this"
                    + " package meets them where it reads CEL's trees");

    @ArchTest
    static final ArchRule PLAN_SEES_MAPPING = only(
                    "io.waybill.plan..",
                    "io.waybill.mapping..",
                    "io.waybill.store..",
                    "io.waybill.value..",
                    JSPECIFY,
                    "org.snakeyaml..")
            .because("a plan can be checked without a ledger and without anything being run; and no other package sees"
                    + " YAML");

    @ArchTest
    static final ArchRule LEDGER_SEES_STORE_AND_VALUE = only(
                    "io.waybill.ledger..",
                    "io.waybill.plan..",
                    "io.waybill.mapping..",
                    "io.waybill.store..",
                    "io.waybill.value..",
                    JSPECIFY,
                    SLF4J,
                    "javax.sql..")
            .because("the account is kept whoever runs, and the database driver comes at wiring");

    @ArchTest
    static final ArchRule ENGINE_SEES_LEDGER = only(
                    "io.waybill.engine..",
                    "io.waybill.table..",
                    "io.waybill.ledger..",
                    "io.waybill.plan..",
                    "io.waybill.mapping..",
                    "io.waybill.store..",
                    "io.waybill.value..",
                    JSPECIFY,
                    SLF4J)
            .because("the engine decides by kinds and abilities and knows no connector and no user interface");

    @ArchTest
    static final ArchRule ENGINE_SHOWS_ONE_FACADE = classes()
            .that()
            .resideInAPackage("io.waybill.engine..")
            .and()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .should()
            .haveSimpleNameEndingWith("Report")
            .orShould()
            .haveNameMatching(
                    "io\\.waybill\\.engine\\.(Migration|Setup|Live|RunOptions|RollbackOptions|Phase|VerifyOptions|RefusedException)")
            .allowEmptyShould(true)
            .because("whatever carries a migration out names the facade, what it takes and what it answers");

    @ArchTest
    static final ArchRule REPORT_SEES_ENGINE = only(
                    "io.waybill.report..",
                    "io.waybill.engine..",
                    "io.waybill.ledger..",
                    "io.waybill.plan..",
                    "io.waybill.mapping..",
                    "io.waybill.store..",
                    "io.waybill.value..",
                    JSPECIFY)
            .because("a report is made of the ledger, for whatever shows it");

    @ArchTest
    static final ArchRule AWS_IS_A_CONNECTOR = only(
                    "io.waybill.aws..",
                    "io.waybill.store..",
                    "io.waybill.value..",
                    JSPECIFY,
                    SLF4J,
                    "software.amazon..",
                    "javax.crypto..",
                    "javax.net..")
            .because("a connector sees the contract and its own SDK, so adding a store touches no other one");

    @ArchTest
    static final ArchRule S3_DOES_NOT_KNOW_DYNAMODB = stranger("io.waybill.aws.s3..", "io.waybill.aws.dynamodb..");

    @ArchTest
    static final ArchRule DYNAMODB_DOES_NOT_KNOW_S3 = stranger("io.waybill.aws.dynamodb..", "io.waybill.aws.s3..");

    @ArchTest
    static final ArchRule JDBC_IS_A_CONNECTOR = only(
                    "io.waybill.jdbc..",
                    "io.waybill.store..",
                    "io.waybill.value..",
                    JSPECIFY,
                    SLF4J,
                    "org.postgresql..",
                    "javax.sql..")
            .because("a connector sees the contract and its own driver, so adding a store touches no other one");

    @ArchTest
    static final ArchRule ENDPOINT_SEES_NOTHING_OF_OURS = only(
                    "io.waybill.s3endpoint..", JSPECIFY, SLF4J, "javax.crypto..")
            .because("a server that shared code with our client would be wrong in the same places");

    @ArchTest
    static final ArchRule ONLY_AWS_SEES_ITS_SDK = outside("io.waybill.aws..", "software.amazon..")
            .because("what the SDK does is behind the store, where another client can replace it");

    @ArchTest
    static final ArchRule ONLY_JDBC_AND_LEDGER_SEE_SQL = noClasses()
            .that()
            .resideOutsideOfPackages("io.waybill.jdbc..", "io.waybill.ledger..")
            .should()
            .dependOnClassesThat(resideInAPackage("java.sql..")
                    .and(DescribedPredicate.not(passingThrough()))
                    .as("use java.sql"))
            .allowEmptyShould(true)
            .because("tables are read through the store and the account through the ledger; SQLException alone passes"
                    + " through others, inside a transaction of the ledger");

    @ArchTest
    static final ArchRule ONLY_CLI_SEES_PICOCLI = outside("io.waybill.cli..", "picocli..")
            .because("what a command line is like is no concern of what it commands");

    @ArchTest
    static final ArchRule NOBODY_SEES_GUAVA = noClasses()
            .that()
            .resideOutsideOfPackage("io.waybill.mapping..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.common..", "org.apache.commons..", "sun..", "com.sun..")
            .allowEmptyShould(true)
            .because("libraries may bring it for themselves; what we use, we declare");

    @ArchTest
    static final ArchRule ONLY_CLI_TALKS_TO_THE_PROCESS = noClasses()
            .that()
            .resideOutsideOfPackage("io.waybill.cli..")
            .and()
            .doNotHaveFullyQualifiedName("io.waybill.s3endpoint.Main")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .accessField(System.class, "in")
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethodWhere(target(owner(resideInAPackage("java.lang")))
                    .and(target(nameMatching("halt|addShutdownHook|setOut|setErr"))))
            .orShould()
            .callMethodWhere(target(nameMatching("printStackTrace")).and(target(noParameters())))
            .allowEmptyShould(true)
            .because("everything else can be used in another program. The endpoint's Main is a program of its own");

    @ArchTest
    static final ArchRule ONLY_WIRING_READS_THE_CLOCK = noClasses()
            .that()
            .resideOutsideOfPackage("io.waybill.cli..")
            .and()
            .doNotHaveFullyQualifiedName("io.waybill.aws.s3.S3Provider")
            .and()
            .doNotHaveFullyQualifiedName("io.waybill.s3endpoint.EndpointOptions")
            .should()
            .callMethodWhere(target(owner(resideInAnyPackage("java.time..")))
                    .and(target(nameMatching("now")))
                    .and(target(noParameters())))
            .orShould()
            .callMethodWhere(target(owner(resideInAnyPackage("java.time..")))
                    .and(target(nameMatching("system|systemUTC|systemDefaultZone"))))
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .allowEmptyShould(true)
            .because("a retry must write the same bytes, and tests must be able to turn the clock: time comes as an"
                    + " InstantSource. S3Provider and EndpointOptions are where their parts are put together");

    @ArchTest
    static final ArchRule NOBODY_ROLLS_DICE = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.waybill.aws.s3.S3Probe")
            .and()
            .doNotHaveFullyQualifiedName("io.waybill.ledger.LedgerFile")
            .should()
            .callConstructor(java.util.Random.class)
            .orShould()
            .callConstructor(java.util.SplittableRandom.class)
            .orShould()
            .callConstructor(java.security.SecureRandom.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID")
            .orShould()
            .callMethod(java.util.concurrent.ThreadLocalRandom.class, "current")
            .allowEmptyShould(true)
            .because(
                    "ids and keys come from the series and the input, so that a retry writes the same bytes, and a seeded"
                            + " generator repeats a failure. The probe needs bytes that a store cannot have seen, and a ledger a"
                            + " name that no other one has");

    /** Classes of the first package see that package, the JDK's basics and the packages named, and nothing else. */
    private static ArchRule only(String owner, String... seen) {
        String[] all = new String[seen.length + 2];
        all[0] = owner;
        all[1] = "java..";
        System.arraycopy(seen, 0, all, 2, seen.length);
        return classes()
                .that()
                .resideInAPackage(owner)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(all).or(primitiveOrArray()))
                .allowEmptyShould(true);
    }

    private static ArchRule stranger(String one, String other) {
        return noClasses()
                .that()
                .resideInAPackage(one)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(other)
                .allowEmptyShould(true)
                .because("no connector uses another: nothing knows a pair of stores");
    }

    private static ArchRule outside(String owner, String hidden) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(owner)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(hidden)
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> primitiveOrArray() {
        return DescribedPredicate.describe(
                "a primitive", type -> type.getBaseComponentType().isPrimitive());
    }

    private static DescribedPredicate<JavaClass> passingThrough() {
        return DescribedPredicate.describe(
                "what passes through a ledger transaction",
                type -> type.getFullName().equals("java.sql.SQLException"));
    }

    private static <T extends AccessTarget.CodeUnitCallTarget> DescribedPredicate<T> noParameters() {
        return DescribedPredicate.describe(
                "without parameters", call -> call.getRawParameterTypes().isEmpty());
    }
}
