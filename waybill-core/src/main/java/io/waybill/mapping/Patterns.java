package io.waybill.mapping;

import static io.waybill.mapping.ValueType.BOOLEAN;
import static io.waybill.mapping.ValueType.TEXT;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.waybill.value.Value;
import java.util.List;

/** Regular expressions as CEL has them: RE2, linear in the text, and a match anywhere counts. */
final class Patterns {
    private static final int LONGEST = 1_000;
    private static final int LARGEST_PROGRAM = 10_000;

    private Patterns() {}

    static List<Function> functions() {
        return List.of(Function.named("matches", "Whether a pattern (RE2) is found in the text.")
                .form(BOOLEAN, Patterns::matches, TEXT, TEXT));
    }

    private static Value matches(Function.Call call) throws MappingException {
        return matches(compile(call.text(1), call.position()), call.text(0), call.at(), call.position());
    }

    static Value matches(Pattern pattern, String text, Evaluation at, int position) throws MappingException {
        at.spend(position, 1 + (long) text.length() * pattern.programSize() / 1_000);
        return Value.of(pattern.matcher(text).find());
    }

    static Pattern compile(String regex, int position) throws MappingException {
        if (regex.length() > LONGEST) {
            throw new MappingException(position, "a pattern of more than " + LONGEST + " characters", null);
        }
        try {
            Pattern pattern = Pattern.compile(regex);
            if (pattern.programSize() > LARGEST_PROGRAM) {
                throw new MappingException(position, "the pattern \"" + regex + "\" is too large", "repeat less");
            }
            return pattern;
        } catch (PatternSyntaxException e) {
            String message = "\"" + regex + "\" is not a pattern: " + e.getDescription();
            throw new MappingException(position, message, null);
        }
    }
}
