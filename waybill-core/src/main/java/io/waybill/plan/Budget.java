package io.waybill.plan;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How many items of a move may need somebody before the run ends: a number of them, or a share of those that it is through
 * with.
 *
 * @param amount items, or percent
 */
public record Budget(BigDecimal amount, boolean percent) {
    /** Nothing may go wrong. */
    public static final Budget NONE = new Budget(BigDecimal.ZERO, false);

    static final String TEXT = "a number of items, for example 20, or a share of them, for example 1%";

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})|([0-9]{1,2}(?:\\.[0-9]{1,6})?|100) ?%");
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** Null when the text is no budget. */
    static @Nullable Budget parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return null;
        }
        return form.group(1) != null
                ? new Budget(new BigDecimal(form.group(1)), false)
                : new Budget(new BigDecimal(form.group(2)), true);
    }

    /** Whether so many are more than it allows. */
    public boolean isExceeded(long needy, long through) {
        BigDecimal found = BigDecimal.valueOf(needy);
        return percent
                ? found.multiply(HUNDRED).compareTo(amount.multiply(BigDecimal.valueOf(through))) > 0
                : found.compareTo(amount) > 0;
    }

    /** As it stands in a plan. */
    public String text() {
        return amount.toPlainString() + (percent ? "%" : "");
    }
}
