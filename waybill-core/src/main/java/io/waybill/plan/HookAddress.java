package io.waybill.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of the address of a hook looks like a secret and is not kept. References to the environment or a file stay. */
final class HookAddress {
    private static final String MASK = "***";
    private static final Pattern TELLING =
            Pattern.compile("(?i).*(token|key|secret|pass|pwd|sig|auth|code|credential).*");
    private static final Pattern LONG = Pattern.compile("(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_%.~+=-]{16,}");
    private static final Pattern USER = Pattern.compile("^(https?://)([^/?#]*)@");

    private HookAddress() {}

    /** Whether something was left out of it, so that it cannot be called. */
    static boolean isMasked(String address) {
        return address.contains(MASK);
    }

    /** The address as it is written, with stars in place of what looks like a secret. */
    static String masked(String written) {
        int question = written.indexOf('?');
        String base = question < 0 ? written : written.substring(0, question);
        Matcher user = USER.matcher(base);
        if (user.find() && !References.isHidden(user.group(2))) {
            base = user.group(1) + MASK + base.substring(user.end() - 1);
        }
        base = each(base, "/", part -> LONG.matcher(part).matches() ? MASK : part);
        return question < 0 ? base : base + "?" + each(written.substring(question + 1), "&", HookAddress::pair);
    }

    private static String pair(String pair) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? "" : pair.substring(0, equals);
        String value = pair.substring(equals + 1);
        boolean secret = !References.isHidden(value)
                && !value.isEmpty()
                && (TELLING.matcher(name).matches() || LONG.matcher(value).matches());
        return secret ? pair.substring(0, equals + 1) + MASK : pair;
    }

    private static String each(String text, String separator, UnaryOperator<String> change) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(Pattern.quote(separator), -1)) {
            parts.add(change.apply(part));
        }
        return String.join(separator, parts);
    }
}
