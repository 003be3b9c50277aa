package io.waybill.aws.s3;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.waybill.aws.s3", importOptions = ImportOption.DoNotIncludeTests.class)
class S3SeamTest {
    @ArchTest
    static final ArchRule onlyTheWireKnowsTheSdk = noClasses()
            .that()
            .haveSimpleNameNotStartingWith("Sdk")
            .and()
            .doNotHaveSimpleName("S3Opening")
            .and()
            .doNotHaveFullyQualifiedName("io.waybill.aws.s3.SdkWire$Aborting")
            .and()
            .doNotHaveFullyQualifiedName("io.waybill.aws.s3.SdkBody$BufferStream")
            .should()
            .dependOnClassesThat(resideInAPackage("software.amazon.."))
            .because("another client of the wire shall fit behind Wire without a change of the store");
}
