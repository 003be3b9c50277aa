package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.plan.Examples;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.Problem;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks a plan file and its examples without touching any store. */
@Command(
        description = "Every problem is listed at once, with file:line:column and what was probably meant.",
        footer = {"waybill lint", "waybill lint other.yaml --set bucket=x"})
final class LintVerb extends Verb {
    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "The plan. Default: waybill.yaml")
    @Nullable
    String file;

    LintVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    Exit call() throws PlanException, LedgerException {
        if (file != null) {
            waybill.planFile = file;
        }
        Plan plan = waybill.workplace().plan();
        Examples.Result examples = Examples.of(plan);
        if (!examples.problems().isEmpty()) {
            throw new PlanException(examples.problems());
        }
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("plan", plan.name());
            document.put("stores", plan.stores().size());
            document.put("moves", plan.moves().size());
            document.put("examples", examples.held());
            document.put("warnings", Failure.problems(plan.warnings()));
            screen().document(document);
            return Exit.DONE;
        }
        for (Problem warning : plan.warnings()) {
            screen().error(Screen.Style.YELLOW, "warning: ", warning.toString());
        }
        screen().line("plan " + plan.name() + " is right: "
                + Figures.count(plan.stores().size(), "store") + ", "
                + Figures.count(plan.moves().size(), "move")
                + (examples.held() == 0 ? "" : ", " + held(examples.held()))
                + (plan.warnings().isEmpty()
                        ? ""
                        : ", " + Figures.count(plan.warnings().size(), "warning")));
        screen().next("waybill plan");
        return Exit.DONE;
    }

    private static String held(int count) {
        return Figures.count(count, "example") + (count == 1 ? " holds" : " hold");
    }
}
