package io.waybill.table;

import io.waybill.value.Doubles;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Values as text: times in ISO form, points in time in UTC, bytes in Base64, lists, maps and sets as JSON. */
final class PlainText {
    private static final int LONGEST_PLAIN = 60;

    private PlainText() {}

    /** The text, or null for what has none: null, and lists and maps that JSON cannot hold. */
    static @Nullable String of(Value value) {
        if (value instanceof Value.Text text) {
            return text.value();
        } else if (value instanceof Value.Int integer) {
            return integer.value().toString();
        } else if (value instanceof Value.Dec decimal) {
            BigDecimal number = decimal.value();
            return number.scale() < 0 || number.scale() > LONGEST_PLAIN ? number.toString() : number.toPlainString();
        } else if (value instanceof Value.Dbl dbl) {
            return Doubles.text(dbl.value());
        } else if (value instanceof Value.Bool bool) {
            return Boolean.toString(bool.value());
        } else if (value instanceof Value.Bytes bytes) {
            return Base64.getEncoder().encodeToString(bytes.value());
        } else if (value instanceof Value.Date date) {
            return DateTimeFormatter.ISO_LOCAL_DATE.format(date.value());
        } else if (value instanceof Value.Time time) {
            return DateTimeFormatter.ISO_LOCAL_TIME.format(time.value());
        } else if (value instanceof Value.LocalTimestamp local) {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(local.value());
        } else if (value instanceof Value.Timestamp instant) {
            return DateTimeFormatter.ISO_INSTANT.format(instant.value());
        } else if (value instanceof Value.Uuid uuid) {
            return uuid.value().toString();
        } else if (value instanceof Value.Null) {
            return null;
        }
        try {
            return Json.write(NaturalForm.of(value, 1));
        } catch (UnfitException e) {
            return null;
        }
    }
}
