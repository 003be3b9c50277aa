package io.waybill.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A choice in a plan, written in lower case. */
interface Word {
    String name();

    /** As it stands in a plan. */
    default String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All of them, as they stand in a plan. */
    static <E extends Enum<E> & Word> List<String> all(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Word::text).toList();
    }

    /** The one that is written so. */
    static <E extends Enum<E> & Word> E parse(Class<E> type, String text) {
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }
}
