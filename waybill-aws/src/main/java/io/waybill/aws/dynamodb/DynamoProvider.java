package io.waybill.aws.dynamodb;

import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds and opens DynamoDB stores. */
public final class DynamoProvider implements StoreProvider {
    private static final String EXAMPLE = "Write for example dynamodb://us-east-1?profile=work.";

    @Override
    public String type() {
        return "dynamodb";
    }

    @Override
    public List<String> schemes() {
        return List.of("dynamodb");
    }

    @Override
    public boolean holdsTables() {
        return true;
    }

    @Override
    public List<Option> options() {
        return DynamoOptions.ALL;
    }

    @Override
    public Map<String, String> parse(String url) {
        if (!url.toLowerCase(Locale.ROOT).startsWith("dynamodb://")) {
            throw new IllegalArgumentException("This is no DynamoDB URL. " + EXAMPLE);
        }
        String rest = url.substring("dynamodb://".length());
        int question = rest.indexOf('?');
        String region = question < 0 ? rest : rest.substring(0, question);
        if (!region.matches("[A-Za-z0-9-]*/?")) {
            throw new IllegalArgumentException(
                    "A DynamoDB URL names a region after dynamodb://, and tables only after the store's name. "
                            + EXAMPLE);
        }
        Map<String, String> options = new LinkedHashMap<>();
        region = region.replace("/", "");
        if (!region.isEmpty()) {
            options.put("region", region);
        }
        for (String pair :
                question < 0 ? new String[0] : rest.substring(question + 1).split("&")) {
            if (!pair.isEmpty()) {
                option(pair, options);
            }
        }
        return options;
    }

    private static void option(String pair, Map<String, String> options) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        List<String> known = DynamoOptions.ALL.stream()
                .filter(option -> option.type() != Type.SECRET)
                .map(Option::name)
                .toList();
        if (!known.contains(name)) {
            throw new IllegalArgumentException("Unknown option " + name + " in a DynamoDB URL. Known: "
                    + known.stream().collect(Collectors.joining(", ")) + ".");
        }
        options.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1)));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "A DynamoDB URL has a % that begins no %XX; write %25 for the sign itself. " + EXAMPLE, e);
        }
    }

    @Override
    public Store open(Settings settings) throws StoreException {
        try {
            return DynamoStore.open(DynamoOptions.of(settings), settings);
        } catch (IllegalArgumentException e) {
            throw new StoreException(StoreException.Kind.INVALID, String.valueOf(e.getMessage()), e);
        }
    }
}
