package io.waybill.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plans that {@code waybill init} can write. */
final class Templates {
    private static final String HEAD = "waybill: 1\nname: @{name}\n";

    static final List<Template> ALL = List.of(
            new Template(
                    "files-to-s3",
                    "a folder -> S3",
                    HEAD + """
                            stores:
                              disk: @{from}
                              cloud: @{to}          # keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or option profile
                            moves:
                              - from: "disk:"       # everything; or a list: disk:photos/, disk:notes/
                                to: "cloud:"        # each file keeps its path; or below a folder: cloud:2024/
                            """,
                    values("files-to-s3", "./data", "s3://my-bucket?region=eu-west-1")),
            new Template(
                    "s3-to-files",
                    "S3 -> a folder",
                    HEAD + """
                            stores:
                              cloud: @{from}        # keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or option profile
                              disk: @{to}
                            moves:
                              - from: "cloud:"      # everything; or a list: cloud:photos/, cloud:notes/
                                to: "disk:"         # each object keeps its key as its path
                            """,
                    values("s3-to-files", "s3://my-bucket?region=eu-west-1", "./data")),
            new Template(
                    "s3-to-s3",
                    "S3 -> S3: one service copies by itself, between services it goes through here",
                    HEAD + """
                            stores:
                              old:
                                url: @{from}
                                keys: OLD             # OLD_ACCESS_KEY_ID and OLD_SECRET_ACCESS_KEY
                              new:
                                url: @{to}
                                keys: NEW             # NEW_ACCESS_KEY_ID and NEW_SECRET_ACCESS_KEY
                            moves:
                              - from: "old:"          # everything; or a list: old:photos/, old:notes/
                                to: "new:"
                            """,
                    values("s3-to-s3", "s3://old-bucket?region=eu-west-1", "s3://new-bucket?region=eu-west-1")),
            new Template("copy-folder", "a folder -> a folder", HEAD + """
                            stores:
                              here: @{from}
                              there: @{to}
                            moves:
                              - from: "here:"       # everything; or a list: here:photos/, here:notes/
                                to: "there:"
                            """, values("copy-folder", "./data", "./copy")),
            new Template(
                    "demo",
                    "just show me: sample files and a pretend S3, no accounts",
                    HEAD + """
                            stores:
                              disk: ./demo
                              cloud: demo-s3:./demo-cloud     # a pretend S3 inside waybill, its objects in this folder
                            moves:
                              - from: ["disk:notes/", "disk:photos/"]
                                to: cloud:demo/
                            """,
                    Map.of("name", "demo")));

    private Templates() {}

    private static Map<String, String> values(String name, String from, String to) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("name", name);
        values.put("from", from);
        values.put("to", to);
        return values;
    }

    static List<String> names() {
        return ALL.stream().map(Template::name).toList();
    }

    static @Nullable Template find(String name) {
        return ALL.stream()
                .filter(template -> template.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
