package io.waybill.aws.s3;

import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds and opens S3 stores: {@code type: s3}, {@code s3://bucket/root?region=eu-west-1}. */
public final class S3Provider implements StoreProvider {
    private static final String FORM = "It looks like s3://bucket/folder?region=eu-west-1.";

    @Override
    public String type() {
        return "s3";
    }

    @Override
    public List<String> schemes() {
        return List.of("s3");
    }

    @Override
    public List<Option> options() {
        return S3Options.OPTIONS;
    }

    @Override
    public Map<String, String> parse(String url) {
        String start = "s3://";
        if (!url.startsWith(start)) {
            throw new IllegalArgumentException("Address " + url + " is not one of S3. " + FORM);
        }
        int question = url.indexOf('?');
        String place = url.substring(start.length(), question < 0 ? url.length() : question);
        Map<String, String> options = new LinkedHashMap<>();
        int slash = place.indexOf('/');
        String bucket = slash < 0 ? place : place.substring(0, slash);
        if (bucket.isEmpty() || bucket.indexOf('@') >= 0 || bucket.indexOf(':') >= 0) {
            throw new IllegalArgumentException("Address s3://... names no bucket, or more than one. " + FORM
                    + " Keys go into the environment: option keys.");
        }
        options.put("bucket", decode(bucket));
        if (slash >= 0 && slash + 1 < place.length()) {
            options.put("root", decode(place.substring(slash + 1)));
        }
        if (question >= 0) {
            for (String pair : url.substring(question + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                add(options, name, equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return options;
    }

    private static void add(Map<String, String> options, String name, String value) {
        Option option = S3Options.OPTIONS.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown option " + name
                        + " of store s3 in an address. " + "It may be " + String.join(", ", names()) + "."));
        if (option.type() == Type.SECRET) {
            throw new IllegalArgumentException("Option " + name
                    + " is secret and must not stand in an address. Put it into the environment: option keys.");
        }
        if (value.isEmpty() || options.put(name, value) != null) {
            throw new IllegalArgumentException("Option " + name + " has no value, or two, in an address. " + FORM);
        }
    }

    private static List<String> names() {
        return S3Options.OPTIONS.stream()
                .filter(option -> option.type() != Type.SECRET)
                .map(Option::name)
                .toList();
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Address holds % that is no escape. Write a percent sign as %25.", e);
        }
    }

    @Override
    public Store open(Settings settings) throws StoreException {
        return S3Opening.open(settings, InstantSource.system());
    }
}
