package io.waybill.plan;

import io.waybill.mapping.Nearest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fills in <code>${env.NAME}</code>, <code>${file:PATH}</code> and <code>${vars.NAME}</code> where a plan allows them. */
final class References {
    private static final int LARGEST_FILE = 64 * 1024;

    private final UnaryOperator<@Nullable String> environment;
    private final Path folder;
    private final UnaryOperator<@Nullable String> vars;
    private final Set<String> declared;
    private final Problems problems;

    /** {@code vars} answers a variable's text, or null when there is none. */
    References(
            UnaryOperator<@Nullable String> environment,
            Path folder,
            UnaryOperator<@Nullable String> vars,
            Set<String> declared,
            Problems problems) {
        this.environment = environment;
        this.folder = folder;
        this.vars = vars;
        this.declared = declared;
        this.problems = problems;
    }

    /** Stands for a reference where only its place in a text matters. */
    static final String MARK = "hidden-by-reference";

    private static final Pattern HIDDEN = Pattern.compile("\\$\\{(?:env\\.|file:)[^}]*}");
    private static final Pattern VAR = Pattern.compile("\\$\\{vars\\.([^}]*)}");

    /** Whether the text is one reference to the environment or a file, and nothing else. */
    static boolean isOne(String text) {
        return HIDDEN.matcher(text).matches();
    }

    /** The text with a mark for each of its references to the environment or a file. */
    static String marked(String text) {
        return HIDDEN.matcher(text).replaceAll(MARK);
    }

    /** The variables it refers to. */
    static List<String> vars(String text) {
        return VAR.matcher(text).results().map(found -> found.group(1)).toList();
    }

    /** Whether the text refers to the environment or a file, so that its value is not in the plan. */
    static boolean isHidden(String text) {
        return text.contains("${env.") || text.contains("${file:");
    }

    /** The text with its references filled in, or null when one cannot be; that has been noted. */
    @Nullable
    String resolve(Node.Scalar value) {
        String text = value.text();
        StringBuilder all = new StringBuilder();
        boolean fits = true;
        int i = 0;
        while (i < text.length()) {
            if (text.startsWith("$${", i)) {
                all.append("${");
                i += 3;
            } else if (text.startsWith("${", i)) {
                int end = text.indexOf('}', i);
                if (end < 0) {
                    problems.addAt(value, i, "\"${\" without its \"}\"", "write $${ for a literal ${");
                    return null;
                }
                String found = one(value, i, text.substring(i + 2, end));
                fits &= found != null;
                all.append(found);
                i = end + 1;
            } else {
                all.append(text.charAt(i));
                i++;
            }
        }
        return fits ? all.toString() : null;
    }

    private @Nullable String one(Node.Scalar at, int offset, String reference) {
        if (reference.startsWith("env.")) {
            String name = reference.substring(4);
            String value = environment.apply(name);
            if (value == null) {
                problems.addAt(at, offset, "environment variable " + name + " is not set", "export " + name + "=...");
            }
            return value;
        } else if (reference.startsWith("file:")) {
            return content(at, offset, reference.substring(5));
        } else if (reference.startsWith("vars.")) {
            String value = vars.apply(reference.substring(5));
            if (value == null) {
                noVariable(at, offset, reference.substring(5));
            }
            return value;
        }
        String hint = "here stand ${env.NAME}, ${file:PATH} and ${vars.NAME}";
        problems.addAt(at, offset, "\"${" + reference + "}\" has no meaning here", hint);
        return null;
    }

    /** One that is declared but has no value has been noted already. */
    private void noVariable(Node.Scalar at, int offset, String name) {
        if (!declared.contains(name)) {
            String nearest = Nearest.find(name, declared);
            String hint = nearest == null ? null : "did you mean \"vars." + nearest + "\"?";
            problems.addAt(at, offset, "no \"vars." + name + "\"", hint);
        }
    }

    private @Nullable String content(Node.Scalar at, int offset, String path) {
        Path file = folder.resolve(path);
        try (var in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(LARGEST_FILE + 1);
            if (content.length > LARGEST_FILE) {
                problems.addAt(at, offset, "file " + path + " is larger than 64 KiB, too large for a value", null);
                return null;
            }
            return new String(content, StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            problems.addAt(at, offset, "file " + path + " cannot be read", null);
            return null;
        }
    }
}
