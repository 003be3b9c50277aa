package io.waybill.cli;

import io.waybill.engine.RefusedException;
import io.waybill.plan.PlanException;
import java.io.IOException;
import java.util.List;

/** A command: options and arguments are filled in by picocli, then it is called once. */
abstract class Verb {
    final Waybill waybill;

    Verb(Waybill waybill) {
        this.waybill = waybill;
    }

    /** Does it. Data goes to standard output; what goes wrong is thrown. */
    abstract Exit call() throws IOException, PlanException, RefusedException;

    /** The exit codes it can have besides 0, 1 and 2. */
    List<Exit> exits() {
        return List.of();
    }

    /** Whether its JSON output is lines rather than one document. */
    boolean writesJsonLines() {
        return false;
    }

    Screen screen() {
        return waybill.screen();
    }
}
