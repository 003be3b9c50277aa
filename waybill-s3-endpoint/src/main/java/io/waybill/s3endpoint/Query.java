package io.waybill.s3endpoint;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters behind the question mark, decoded, in their order. */
final class Query {
    private static final Query EMPTY = new Query(List.of());

    private final List<Header> parameters;

    private Query(List<Header> parameters) {
        this.parameters = parameters;
    }

    static Query parse(String raw) throws S3Error {
        if (raw.isEmpty()) {
            return EMPTY;
        }
        List<Header> parameters = new ArrayList<>(4);
        int from = 0;
        while (from <= raw.length()) {
            int end = raw.indexOf('&', from);
            if (end < 0) {
                end = raw.length();
            }
            if (end > from) {
                int equals = raw.indexOf('=', from);
                if (equals < 0 || equals > end) {
                    parameters.add(new Header(Percent.decode(raw.substring(from, end), true), ""));
                } else {
                    parameters.add(new Header(
                            Percent.decode(raw.substring(from, equals), true),
                            Percent.decode(raw.substring(equals + 1, end), true)));
                }
            }
            from = end + 1;
        }
        return new Query(parameters);
    }

    List<Header> parameters() {
        return parameters;
    }

    @Nullable
    String find(String name) {
        for (Header parameter : parameters) {
            if (parameter.name().equals(name)) {
                return parameter.value();
            }
        }
        return null;
    }

    boolean has(String name) {
        return find(name) != null;
    }

    String text(String name) {
        String value = find(name);
        return value == null ? "" : value;
    }

    /** A number from 0 to {@code most}, which it is cut to. */
    int number(String name, int most) throws S3Error {
        long value = S3Error.number(find(name), most, name);
        if (value < 0) {
            throw S3Error.invalidArgument("Argument " + name + " must be an integer between 0 and 2147483647");
        }
        return (int) Math.min(value, most);
    }
}
