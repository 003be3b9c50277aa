package io.waybill.cli;

import io.waybill.plan.SchemaText;
import picocli.CommandLine.Command;

/** Prints the JSON Schema of plan files. */
@Command(
        description = "For editors: name the file in the first line of a plan, as waybill init does.",
        footer = {"waybill schema > plan.schema.json"})
final class SchemaVerb extends Verb {
    SchemaVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    Exit call() {
        screen().line(SchemaText.json(Providers.all().values()).stripTrailing());
        return Exit.DONE;
    }
}
