package io.waybill.engine;

import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts new ids in the place of old ones wherever they stand in a row: as a value, in a text, in lists and maps at any depth, as
 * keys of maps. Immutable.
 */
final class Rewriting {
    private static final Pattern UUID_TEXT = Pattern.compile(
            "(?<![0-9A-Za-z])[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])");
    private static final int UUID_LENGTH = 36;

    private final Map<String, String> ids;
    /** Whether there are ids that do not have the form of a UUID. */
    private final boolean others;

    /** @param ids new ones by old ones; those that have the form of a UUID in small letters */
    Rewriting(Map<String, String> ids) {
        this.ids = Map.copyOf(ids);
        this.others =
                ids.keySet().stream().anyMatch(id -> !UUID_TEXT.matcher(id).matches());
    }

    boolean isEmpty() {
        return ids.isEmpty();
    }

    /** The UUID that a value is, in small letters, or null. */
    static @Nullable String uuid(Value value) {
        if (value instanceof Value.Uuid uuid) {
            return uuid.value().toString();
        }
        boolean is = value instanceof Value.Text text
                && text.value().length() == UUID_LENGTH
                && UUID_TEXT.matcher(text.value()).matches();
        return is && value instanceof Value.Text text ? text.value().toLowerCase(Locale.ROOT) : null;
    }

    Row row(Row row) {
        Row made = row;
        for (String name : ids.isEmpty() ? List.<String>of() : row.shape().list()) {
            Value old = row.find(name);
            Value now = old == null ? null : value(old);
            if (now != null && !now.equals(old)) {
                made = made.with(name, now);
            }
        }
        return made;
    }

    Value value(Value value) {
        if (value instanceof Value.Uuid uuid) {
            String id = ids.get(uuid.value().toString());
            return id == null ? value : new Value.Uuid(UUID.fromString(id));
        } else if (value instanceof Value.Text text) {
            String now = text(text.value());
            return now.equals(text.value()) ? value : Value.of(now);
        } else if (value instanceof Value.ListOf list) {
            List<Value> values = new ArrayList<>();
            list.values().forEach(each -> values.add(value(each)));
            return new Value.ListOf(values);
        } else if (value instanceof Value.SetOf set) {
            Set<Value> values = new LinkedHashSet<>();
            set.values().forEach(each -> values.add(value(each)));
            return new Value.SetOf(values);
        } else if (value instanceof Value.MapOf map) {
            Map<String, Value> values = new LinkedHashMap<>();
            map.values().forEach((key, each) -> values.put(text(key), value(each)));
            return new Value.MapOf(values);
        }
        return value;
    }

    /** UUIDs wherever no letter or digit stands beside them, other ids as the whole text or a whole part of a path. */
    String text(String text) {
        String whole = ids.get(text);
        if (whole != null) {
            return whole;
        }
        String made = text.length() < UUID_LENGTH ? text : uuids(text);
        if (!others || made.indexOf('/') < 0) {
            return made;
        }
        List<String> parts = new ArrayList<>();
        for (String part : made.split("/", -1)) {
            parts.add(ids.getOrDefault(part, part));
        }
        return String.join("/", parts);
    }

    private String uuids(String text) {
        Matcher matcher = UUID_TEXT.matcher(text);
        StringBuilder made = new StringBuilder();
        while (matcher.find()) {
            String old = matcher.group();
            String small = old.toLowerCase(Locale.ROOT);
            String now = ids.getOrDefault(small, small);
            boolean isLarge = !old.equals(small) && old.equals(old.toUpperCase(Locale.ROOT));
            String spelled = isLarge ? now.toUpperCase(Locale.ROOT) : now;
            matcher.appendReplacement(made, ids.containsKey(small) ? spelled : old);
        }
        return matcher.appendTail(made).toString();
    }
}
