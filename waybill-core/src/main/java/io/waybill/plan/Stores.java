package io.waybill.plan;

import io.waybill.mapping.Nearest;
import io.waybill.store.Secret;
import io.waybill.store.StoreProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the stores of a plan: each a URL, or a map with {@code type} or {@code url} and the options of that type. */
final class Stores {
    private final PlanContext context;
    private final References references;
    private final Problems problems;

    private final PlanReader.Vars vars;
    private final Map<String, Literals> literals = new LinkedHashMap<>();

    /** The secret options of a store whose values stand in the plan, and whether one of them stands in its URL. */
    record Literals(Set<String> options, boolean inUrl) {}

    Stores(PlanContext context, References references, PlanReader.Vars vars, Problems problems) {
        this.context = context;
        this.references = references;
        this.vars = vars;
        this.problems = problems;
    }

    /** By the name of the store. */
    Map<String, Literals> literals() {
        return literals;
    }

    Map<String, StoreSpec> read(Node.@Nullable Mapping map) {
        Map<String, StoreSpec> stores = new LinkedHashMap<>();
        if (map == null) {
            return stores;
        }
        for (Node.Entry entry : map.entries()) {
            String name = entry.key().text();
            if (!name.matches("[A-Za-z_][A-Za-z0-9_-]{0,63}")) {
                String message = "\"" + name + "\" cannot be the name of a store: letters, digits, - and _ only";
                problems.add(entry.key(), message);
                continue;
            }
            StoreSpec spec = null;
            if (entry.value() instanceof Node.Scalar url && !url.isNull()) {
                spec = ofUrl(name, url, new LinkedHashMap<>());
            } else if (entry.value() instanceof Node.Mapping options) {
                spec = ofMap(name, options);
            }
            if (spec != null) {
                stores.put(name, spec);
            }
        }
        return stores;
    }

    /**
     * A value of an option.
     *
     * @param at what was written: the value, or the URL that it is part of
     * @param hidden whether what was written refers to the environment or a file
     */
    private record Given(String value, Node.Scalar at, boolean hidden, boolean inUrl) {}

    private @Nullable StoreSpec ofUrl(String name, Node.Scalar written, Map<String, Given> more) {
        String url = references.resolve(written);
        if (url == null) {
            return null;
        }
        boolean hidden = References.isHidden(written.text());
        StoreProvider provider = context.provider(url);
        if (provider == null) {
            int colon = url.indexOf(':');
            String scheme = colon < 0 ? "" : url.substring(0, colon);
            String message = scheme.isEmpty() || hidden
                    ? "store \"" + name + "\" is neither a URL nor a path"
                    : "no store has URLs that begin with \"" + scheme + ":\"";
            problems.add(written, message, Nearest.hint(scheme, schemes()), "URLs: " + urls());
            return null;
        }
        Map<String, Given> given = new LinkedHashMap<>();
        try {
            provider.parse(url).forEach((option, value) -> given.put(option, new Given(value, written, hidden, true)));
        } catch (IllegalArgumentException e) {
            problems.add(written, hidden ? "the URL of store \"" + name + "\" cannot be read" : text(e), null);
            return null;
        }
        given.putAll(more);
        return spec(name, provider, given, written);
    }

    private static String text(IllegalArgumentException e) {
        return e.getMessage() == null ? "the URL cannot be read" : e.getMessage();
    }

    private Set<String> schemes() {
        Set<String> schemes = new TreeSet<>();
        context.providers().values().forEach(provider -> schemes.addAll(provider.schemes()));
        return schemes;
    }

    private String urls() {
        List<String> all = new ArrayList<>();
        if (context.providers().containsKey("files")) {
            all.add("./FOLDER");
        }
        schemes().forEach(scheme -> all.add(scheme + ":"));
        return String.join(", ", all);
    }

    private @Nullable StoreSpec ofMap(String name, Node.Mapping map) {
        Map<String, Given> given = new LinkedHashMap<>();
        Node.Scalar type = null;
        Node.Scalar url = null;
        boolean fits = true;
        for (Node.Entry entry : map.entries()) {
            String option = entry.key().text();
            if (!(entry.value() instanceof Node.Scalar value)) {
                problems.add(
                        entry.value(),
                        "\"" + option + "\" must be a single value, not "
                                + entry.value().form());
                fits = false;
            } else if (option.equals("type")) {
                type = value;
            } else if (option.equals("url")) {
                url = value;
            } else if (!value.isNull()) {
                String text = references.resolve(value);
                fits &= text != null;
                if (text != null) {
                    given.put(option, new Given(text, value, References.isHidden(value.text()), false));
                }
            }
        }
        if (url != null) {
            return fits ? ofUrl(name, url, given) : null;
        }
        if (type == null) {
            problems.add(map, "store \"" + name + "\" has no \"type\"", null, "types: " + types());
            return null;
        }
        StoreProvider provider = context.providers().get(type.text());
        if (provider == null) {
            String hint = Nearest.hint(type.text(), context.providers().keySet());
            problems.add(type, "no store has the type \"" + type.text() + "\"", hint, "types: " + types());
            return null;
        }
        StoreSpec spec = spec(name, provider, given, map, keys(map));
        return fits ? spec : null;
    }

    private String types() {
        return String.join(", ", new TreeSet<>(context.providers().keySet()));
    }

    private static Map<String, Node.Scalar> keys(Node.Mapping map) {
        Map<String, Node.Scalar> keys = new LinkedHashMap<>();
        map.entries().forEach(entry -> keys.put(entry.key().text(), entry.key()));
        return keys;
    }

    private @Nullable StoreSpec spec(String name, StoreProvider provider, Map<String, Given> given, Node at) {
        return spec(name, provider, given, at, Map.of());
    }

    private @Nullable StoreSpec spec(
            String name, StoreProvider provider, Map<String, Given> given, Node at, Map<String, Node.Scalar> keys) {
        Map<String, StoreProvider.Option> known = new LinkedHashMap<>();
        provider.options().forEach(option -> known.put(option.name(), option));
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, Secret> secrets = new LinkedHashMap<>();
        boolean fits = true;
        for (Map.Entry<String, Given> entry : given.entrySet()) {
            String key = entry.getKey();
            Given value = entry.getValue();
            StoreProvider.Option option = known.get(key);
            if (option == null) {
                String message = "unknown option \"" + key + "\" of store \"" + name + "\"";
                String note = provider.type() + " has: " + String.join(", ", known.keySet());
                String hint = Nearest.hint(key, known.keySet());
                problems.add(keys.getOrDefault(key, value.at()), message, hint, hint == null ? note : null);
                fits = false;
            } else if (option.type() == StoreProvider.Type.SECRET) {
                fits &= secret(name, provider, value, key);
                secrets.put(key, new Secret(value.value()));
            } else {
                fits &= typed(option, value);
                options.put(key, value.value());
            }
        }
        for (StoreProvider.Option option : provider.options()) {
            boolean missing = !options.containsKey(option.name()) && !secrets.containsKey(option.name());
            if (missing && option.defaultValue() != null) {
                options.put(option.name(), option.defaultValue());
            } else if (missing && option.required() && !isMeant(option.name(), given.keySet(), known, keys)) {
                problems.add(at, "store \"" + name + "\" has no \"" + option.name() + "\"", null, option.doc());
                fits = false;
            } else if (missing && option.required()) {
                fits = false;
            }
        }
        return fits ? new StoreSpec(name, provider.type(), options, secrets) : null;
    }

    /** Whether a missing option stands there after all: misspelled, or with a value that is wrong. */
    private static boolean isMeant(
            String option, Set<String> given, Map<String, StoreProvider.Option> known, Map<String, Node.Scalar> keys) {
        return keys.containsKey(option)
                || given.stream()
                        .filter(key -> !known.containsKey(key))
                        .anyMatch(key -> option.equals(Nearest.find(key, known.keySet())));
    }

    /** Whether a secret may stand where it does; one that stands in the plan itself is remembered and warned of. */
    private boolean secret(String name, StoreProvider provider, Given value, String key) {
        String hint = "write " + key + ": \"${env.NAME}\" and set NAME in the environment";
        for (String variable : References.vars(value.at().text())) {
            String text = vars.text(variable);
            if (text != null && !text.isEmpty() && value.value().contains(text)) {
                problems.add(value.at(), "a secret cannot be a variable, which is kept and shown", hint);
                return false;
            }
        }
        boolean hidden = value.inUrl()
                ? isHiddenInUrl(provider, value.at(), key)
                : References.isOne(value.at().text());
        if (hidden) {
            return true;
        }
        if (value.at().line() < 0) {
            problems.add(value.at(), "a secret cannot be given on the command line, where others can read it", hint);
            return false;
        }
        problems.warn(value.at(), "the " + key + " of store \"" + name + "\" stands in the plan for all to read", hint);
        Literals known = literals.getOrDefault(name, new Literals(Set.of(), false));
        Set<String> options = new TreeSet<>(known.options());
        options.add(key);
        literals.put(name, new Literals(options, known.inUrl() || value.inUrl()));
        return true;
    }

    /** Whether the secret in a URL is what one reference stands for, and nothing else. */
    private boolean isHiddenInUrl(StoreProvider provider, Node.Scalar written, String key) {
        if (References.isOne(written.text())) {
            return true;
        }
        String marked = references.resolve(written.with(References.marked(written.text())));
        try {
            return marked != null
                    && References.MARK.equals(provider.parse(marked).get(key));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean typed(StoreProvider.Option option, Given given) {
        String text = given.value();
        String wanted =
                switch (option.type()) {
                    case INTEGER -> text.matches("-?[0-9]{1,18}") ? "" : "a whole number";
                    case BOOLEAN -> text.equals("true") || text.equals("false") ? "" : "true or false";
                    case DURATION -> Amounts.duration(text) != null ? "" : Amounts.DURATION;
                    case TEXT, SECRET -> "";
                };
        if (wanted.isEmpty()) {
            return true;
        }
        String shown = given.hidden() ? given.at().text() : text;
        problems.add(given.at(), "\"" + option.name() + "\" must be " + wanted + ", not \"" + shown + "\"");
        return false;
    }
}
