package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.mapping.Scope;
import io.waybill.mapping.Template;
import io.waybill.mapping.ValueType;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import io.waybill.value.Display;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries an expression or a template. */
@Command(
        description =
                "Shows what an expression, or a template with ${}, gives for the first rows of a table or files of a"
                        + " folder; without --from, for the plan's variables alone. Writes nothing.",
        footer = {
            "waybill eval 'lower(row.email)' --from db:customers",
            "waybill eval 'a/${file.name}' --from disk:photos/ --limit 20",
            "waybill eval \"date('2024-02-30')\""
        })
final class EvalVerb extends Verb {
    @Parameters(index = "0", paramLabel = "EXPRESSION", description = "What to try, in quotes.")
    String text = "";

    @Option(
            names = "--from",
            paramLabel = "STORE:TABLE",
            description = "A table, or a folder with a slash at its end: a store of the plan and a path in it.")
    @Nullable
    String from;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many rows. Default: 5")
    int limit = 5;

    EvalVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.NEEDS_YOU, Exit.UNAVAILABLE);
    }

    /** What is tried, once it is understood. */
    private interface Tried {
        @Nullable
        Value value(Names names) throws MappingException;
    }

    /** What it gave: a value, or nothing, or what is wrong. */
    private record Given(
            @Nullable String key,
            @Nullable Value value,
            @Nullable String error) {
        String type() {
            return error != null ? "error" : value == null ? "missing" : value.kind();
        }

        String shown() {
            return error != null ? error : value == null ? "" : Display.text(value);
        }
    }

    @Override
    Exit call() throws IOException, PlanException {
        if (limit < 1) {
            throw new CliException(Code.USAGE, "--limit must be at least 1, not " + limit + ".");
        }
        Plan plan = plan();
        Row vars = plan == null ? Row.EMPTY : plan.vars();
        Map<String, ValueType> types = new LinkedHashMap<>();
        vars.fields().forEach((name, value) -> types.put(name, ValueType.parse(value.kind())));
        Scope scope = Scope.EMPTY.withVars(types).withRun();
        Names names = Names.of(plan == null ? "" : plan.namespace())
                .with("vars", vars)
                .with("run", run())
                .with("batch", Row.of("id", Value.of("r1.1")));
        List<Given> all = new ArrayList<>();
        if (from == null) {
            try {
                all.add(new Given(null, compile(scope).value(names), null));
            } catch (MappingException e) {
                throw wrong("Cannot compute the expression: ", e);
            }
        } else {
            try (Sample sample = Sample.open(Spot.ofTable(waybill, from), waybill)) {
                Tried tried = compile(sample.scope(scope));
                for (Sample.One one : sample.first(limit, names)) {
                    all.add(given(tried, one));
                }
            }
        }
        show(all);
        return all.stream().anyMatch(each -> each.error() != null) ? Exit.NEEDS_YOU : Exit.DONE;
    }

    /** The plan, if there is one. */
    private @Nullable Plan plan() throws PlanException, LedgerException {
        try {
            return waybill.workplace().plan();
        } catch (CliException e) {
            if (e.code() == Code.NO_PLAN) {
                return null;
            }
            throw e;
        }
    }

    private Row run() {
        return Row.of("id", Value.of("r1"))
                .with(
                        "started",
                        new Value.Timestamp(waybill.surroundings().clock().instant()));
    }

    private Tried compile(Scope scope) {
        try {
            return text.contains("${") ? Template.parse(text, scope)::value : Expression.compile(text, scope)::evaluate;
        } catch (MappingException e) {
            throw wrong("Cannot understand the expression: ", e);
        }
    }

    private static Given given(Tried tried, Sample.One one) {
        try {
            return new Given(one.key(), tried.value(one.names()), null);
        } catch (MappingException e) {
            return new Given(one.key(), null, e.getMessage());
        }
    }

    /** Everything that is wrong, each with the place marked. */
    private CliException wrong(String head, MappingException e) {
        List<String> details = new ArrayList<>();
        for (MappingException.Fault fault : e.faults()) {
            if (!details.isEmpty()) {
                details.add(fault.toString());
            }
            int at = Math.max(0, Math.min(fault.position(), text.length()));
            int begin = text.lastIndexOf('\n', at - 1) + 1;
            int end = text.indexOf('\n', at);
            details.add(Texts.safe(text.substring(begin, end < 0 ? text.length() : end)));
            details.add(" ".repeat(Texts.width(Texts.safe(text.substring(begin, at)))) + "^");
        }
        return new CliException(
                Code.USAGE, head + e.getMessage() + (e.getMessage().endsWith("?") ? "" : "."), details);
    }

    private void show(List<Given> all) {
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("expression", text);
            document.put("from", from);
            document.put("results", all.stream().map(this::fields).toList());
            screen().document(document);
            return;
        }
        int keys = 0;
        int types = 0;
        for (Given each : all) {
            keys = Math.max(keys, Texts.width(each.key() == null ? "" : each.key()));
            types = Math.max(types, each.type().length());
        }
        for (Given each : all) {
            String head = each.key() == null ? "" : Texts.pad(each.key(), keys) + "  ";
            String line = head + Texts.pad(each.type(), types) + "  " + Texts.safe(each.shown());
            screen().line(waybill.redaction().apply(line.stripTrailing()));
        }
        if (all.isEmpty()) {
            screen().message("Nothing stands there.");
        }
    }

    private Map<String, @Nullable Object> fields(Given given) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("key", given.key());
        fields.put("type", given.type());
        fields.put("value", given.value() == null ? null : object(Display.json(given.value())));
        fields.put("error", given.error() == null ? null : waybill.redaction().apply(given.error()));
        return fields;
    }

    /** Numbers that not every reader of JSON keeps stand as text. */
    private @Nullable Object object(Value value) {
        if (value instanceof Value.MapOf map) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            map.values().forEach((name, each) -> fields.put(name, object(each)));
            return fields;
        } else if (value instanceof Value.ListOf list) {
            List<@Nullable Object> items = new ArrayList<>();
            list.values().forEach(each -> items.add(object(each)));
            return items;
        } else if (value instanceof Value.Bool bool) {
            return bool.value();
        } else if (value instanceof Value.Int integer && integer.value().bitLength() <= 53) {
            return integer.value().longValue();
        }
        return value instanceof Value.Null ? null : waybill.redaction().apply(io.waybill.value.RowCodec.text(value));
    }
}
