package io.waybill.arch;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;

/** This module keeps to the layers. */
@AnalyzeClasses(packages = "io.waybill", importOptions = MainClasses.class)
class CoreLayersTest {
    @ArchTest
    static final ArchTests LAYERS = ArchTests.in(LayerRules.class);
}
