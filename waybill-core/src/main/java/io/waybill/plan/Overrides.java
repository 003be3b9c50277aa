package io.waybill.plan;

import io.waybill.mapping.Nearest;
import io.waybill.store.StoreProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --set PATH=VALUE} changes: a variable by its name, or any value of the plan but a secret by its path. Changes
 * the nodes before they are checked, so a wrong value is reported like one in the file, under the option's name.
 */
final class Overrides {
    private final PlanContext context;
    private final List<String> paths;

    Overrides(PlanContext context) {
        this.context = context;
        this.paths = context.overrides().stream().map(Overrides::path).toList();
    }

    /** The paths, without the values: a value might be a secret by mistake. */
    List<String> paths() {
        return paths;
    }

    private static String path(String override) {
        int equals = override.indexOf('=');
        return equals < 0 ? override : override.substring(0, equals);
    }

    Node.Mapping apply(Node.Mapping top, Problems problems) {
        Node.Mapping changed = top;
        for (int i = 0; i < paths.size(); i++) {
            String override = context.overrides().get(i);
            String path = paths.get(i);
            Node.Scalar at = new Node.Scalar(path, true, -1, -(i + 1), 0);
            if (path.isEmpty() || path.length() == override.length()) {
                problems.add(at, "an override is PATH=VALUE, for example limits.batch=25");
                continue;
            }
            String text = override.substring(path.length() + 1);
            Node.Scalar value = new Node.Scalar(text, true, -1, at.line(), 0);
            changed = one(changed, at, value, problems);
        }
        return changed;
    }

    private Node.Mapping one(Node.Mapping top, Node.Scalar at, Node.Scalar value, Problems problems) {
        List<String> parts = new ArrayList<>(Arrays.asList(at.text().split("\\.", -1)));
        Node.Mapping vars = PlanReader.map(top.find("vars"));
        Set<String> names = new LinkedHashSet<>(Schema.TOP.names());
        if (vars != null) {
            vars.entries().forEach(entry -> names.add(entry.key().text()));
        }
        String first = parts.get(0);
        if (vars != null && parts.size() == 1 && vars.find(first) != null) {
            parts.add(0, "vars");
        } else if (!Schema.TOP.names().contains(first)) {
            problems.add(at, "the plan has no \"" + first + "\"", Nearest.hint(first, names));
            return top;
        }
        if (parts.get(0).equals("vars") && parts.size() == 2) {
            Node.Entry declared = vars == null ? null : vars.entry(parts.get(1));
            if (declared == null) {
                problems.add(
                        at, "the plan has no variable \"" + parts.get(1) + "\"", Nearest.hint(parts.get(1), names));
                return top;
            }
            if (declared.value() instanceof Node.Mapping) {
                parts.add("default");
            }
        }
        if (parts.get(0).equals("stores") && parts.size() > 2 && isSecret(parts.get(2))) {
            problems.add(
                    at,
                    "a secret cannot be given on the command line, where others can read it",
                    "write in the plan: " + parts.get(2) + ": \"${env.NAME}\"");
            return top;
        }
        return (Node.Mapping) set(top, parts, 0, at, value, problems);
    }

    private boolean isSecret(String option) {
        return context.providers().values().stream()
                .flatMap(provider -> provider.options().stream())
                .anyMatch(o -> o.name().equals(option) && o.type() == StoreProvider.Type.SECRET);
    }

    private static Node set(
            @Nullable Node node, List<String> parts, int depth, Node.Scalar at, Node.Scalar value, Problems problems) {
        if (depth == parts.size()) {
            return value;
        }
        String part = parts.get(depth);
        Node.Scalar key = new Node.Scalar(part, false, -1, at.line(), 0);
        if (node instanceof Node.Sequence list) {
            int index = index(list, part);
            if (index < 0) {
                problems.add(
                        at,
                        "no move \"" + part + "\"",
                        "a name, or a number from 1 to " + list.items().size());
                return node;
            }
            List<Node> items = new ArrayList<>(list.items());
            items.set(index, set(items.get(index), parts, depth + 1, at, value, problems));
            return new Node.Sequence(items, list.line(), list.column());
        }
        if (node instanceof Node.Scalar url && depth == 2 && parts.get(0).equals("stores") && !url.isNull()) {
            Node.Scalar name = new Node.Scalar("url", false, -1, url.line(), url.column());
            Node.Mapping map = new Node.Mapping(List.of(new Node.Entry(name, url)), url.line(), url.column());
            return map.with(key, set(null, parts, depth + 1, at, value, problems));
        }
        Node.Mapping map = node instanceof Node.Mapping known ? known : new Node.Mapping(List.of(), at.line(), 0);
        return map.with(key, set(map.find(part), parts, depth + 1, at, value, problems));
    }

    /** The place of an item: by its name, or by its number from 1. */
    private static int index(Node.Sequence list, String part) {
        for (int i = 0; i < list.items().size(); i++) {
            if (list.items().get(i) instanceof Node.Mapping map && part.equals(PlanReader.text(map.find("name")))) {
                return i;
            }
        }
        int number = Checker.count(part);
        return number >= 1 && number <= list.items().size() ? number - 1 : -1;
    }
}
