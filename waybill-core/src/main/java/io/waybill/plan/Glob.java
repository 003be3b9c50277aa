package io.waybill.plan;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A path pattern: {@code *} is any characters but a slash, {@code **} any at all, and <code>**{@literal /}</code> any folders or none. */
public final class Glob {
    private final String text;
    private final Pattern pattern;

    Glob(String text) {
        this.text = text;
        this.pattern = Pattern.compile(regex(text), Pattern.DOTALL);
    }

    /** The pattern that a text says. */
    public static Glob of(String text) {
        return new Glob(text);
    }

    /** Whether a path is a pattern. */
    static boolean isPattern(String path) {
        return path.indexOf('*') >= 0;
    }

    /** The folder below which everything that can match stands: up to the last slash before the first star. */
    static String base(String path) {
        return path.substring(0, path.lastIndexOf('/', path.indexOf('*')) + 1);
    }

    /** Whether the whole path is as the pattern says. */
    public boolean matches(String path) {
        return pattern.matcher(path).matches();
    }

    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        int i = 0;
        while (i < glob.length()) {
            if (glob.startsWith("**/", i) && (i == 0 || glob.charAt(i - 1) == '/')) {
                regex.append("(?:.*/)?");
                i += 3;
            } else if (glob.charAt(i) == '*') {
                int end = i;
                while (end < glob.length() && glob.charAt(end) == '*') {
                    end++;
                }
                regex.append(end - i > 1 ? ".*" : "[^/]*");
                i = end;
            } else {
                int end = glob.indexOf('*', i);
                String literal = glob.substring(i, end < 0 ? glob.length() : end);
                regex.append(Pattern.quote(literal));
                i += literal.length();
            }
        }
        return regex.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Glob that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
