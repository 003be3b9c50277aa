package io.waybill.plan;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of something that is told of a run. What of it looks like a secret is not kept; references to the environment or a
 * file stay.
 */
final class HookAddress {
    private static final String MASK = "***";
    private static final Pattern TELLING =
            Pattern.compile("(?i).*(token|key|secret|pass|pwd|sig|auth|code|credential).*");
    private static final Pattern LONG = Pattern.compile("(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_%.~+=-]{16,}");
    private static final Pattern USER = Pattern.compile("^(https?://)([^/?#]*)@");

    private HookAddress() {}

    /** A hook that calls the address at this place; null when that is none, which has been noted. */
    static @Nullable Hook read(
            Node.Scalar written, String key, Duration timeout, References references, Problems problems) {
        String address = references.resolve(written);
        if (address == null) {
            return null;
        } else if (isMasked(written.text())) {
            return new Hook(List.of(), null, timeout); // a plan out of a ledger, which does not keep such an address
        } else if (!masked(written.text()).equals(written.text())) {
            problems.warn(
                    written,
                    "a part of the address of a hook looks like a secret and stands in the plan for all to read",
                    "write ${env.NAME} in its place and set NAME in the environment");
        }
        try {
            URI uri = URI.create(address);
            if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
                return new Hook(List.of(), uri, timeout);
            }
        } catch (IllegalArgumentException e) {
            // said below, without the address: it may hold a secret
        }
        problems.add(written, "\"" + key + "\" must be an http or https address");
        return null;
    }

    /** Whether something was left out of it, so that it cannot be called. */
    private static boolean isMasked(String address) {
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
