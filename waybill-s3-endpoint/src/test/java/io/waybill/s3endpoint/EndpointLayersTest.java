package io.waybill.s3endpoint;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import io.waybill.arch.LayerRules;
import io.waybill.arch.MainClasses;

/** This module keeps to the layers. */
@AnalyzeClasses(packages = "io.waybill", importOptions = MainClasses.class)
class EndpointLayersTest {
    @ArchTest
    static final ArchTests LAYERS = ArchTests.in(LayerRules.class);
}
