package io.waybill.cli;

import io.waybill.report.Texts;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A plan that moves one project with its files between two installations, from a {@code cfg.json} that says so: {@code source}
 * and {@code destination} with {@code db} and {@code s3} each, and which project goes to whom. Secrets do not go into the plan.
 *
 * @param plan the YAML
 * @param notes what has to be done before it works, for people
 */
record ConvertedConfig(String plan, List<String> notes) {
    private static final int LARGEST = 1 << 20;
    private static final String UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9_.-]+)(?::([0-9]{1,5}))?");
    private static final Pattern AWS_HOST =
            Pattern.compile("s3[.-]([a-z]+(?:-[a-z]+)+-[0-9])\\.amazonaws\\.com(\\.cn)?");

    /** @param name as it was given */
    static ConvertedConfig of(Path file, String name) throws IOException {
        String shown = Texts.safe(name);
        String text;
        try {
            if (Files.size(file) > LARGEST) {
                throw new CliException(Code.USAGE, "Cannot convert " + shown + ": it is too large for a cfg.json.");
            }
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CliException(
                    Code.USAGE, "Cannot convert " + shown + ": " + Failure.cause(e) + ". Name a cfg.json.");
        }
        Value json;
        try {
            json = Json.parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (Json.SyntaxException e) {
            throw new CliException(
                    Code.USAGE, "Cannot convert " + shown + ": it is no JSON: " + e.getMessage() + ". Mend it.");
        }
        Reading reading = new Reading();
        ConvertedConfig converted = reading.read(json);
        if (!reading.faults.isEmpty()) {
            throw new CliException(
                    Code.USAGE,
                    "Cannot convert " + shown + ": " + String.join("; ", reading.faults)
                            + ". Mend the fields, and convert it again.");
        }
        return converted;
    }

    /** The work of reading one; used once. */
    private static final class Reading {
        private final List<String> faults = new ArrayList<>();
        private final List<String> secrets = new ArrayList<>();
        private final Set<String> used = new LinkedHashSet<>();

        ConvertedConfig read(Value config) {
            if (!(config instanceof Value.MapOf)) {
                faults.add("it is " + config.kind() + " and no map with source and destination");
                return new ConvertedConfig("", List.of());
            }
            String project = text(config, "source.project_uuid");
            if (!project.isEmpty() && !project.matches(UUID)) {
                faults.add("source.project_uuid is no UUID");
            }
            Value hidden = find(config, "source.hidden_projects_for_user");
            boolean hides = hidden != null && !(hidden instanceof Value.Null);
            String hiddenOf = hides ? number(config, "source.hidden_projects_for_user") : "";
            String owner = number(config, "destination.user_id");
            String group = number(config, "destination.user_gid");
            String stores = database(config, "source", "src", "SRC")
                    + database(config, "destination", "dst", "DST")
                    + bucket(config, "source", "old", "SRC")
                    + bucket(config, "destination", "new", "DST");
            String bucket = text(config, "destination.s3.bucket");
            String yaml = "waybill: 1\nname: move-project\nvars:\n  project: " + Yaml.quoted(project) + "\n  owner: "
                    + variable(owner) + "    # user_id there\n  group: " + variable(group) + "    # user_gid there\n"
                    + (hides ? "  hidden_of: " + variable(hiddenOf) + "    # their hidden projects go, too\n" : "")
                    + "stores:\n" + stores
                    + MOVE.formatted(
                            hides
                                    ? "row.uuid == vars.project || (row.hidden && row.prj_owner == vars.hidden_of)"
                                    : "row.uuid == vars.project",
                            Yaml.quoted(Yaml.literal(bucket)));
            List<String> notes = new ArrayList<>();
            notes.add("Secrets are not in the plan; set in the environment: " + String.join(", ", secrets) + ".");
            List<String> unused = new ArrayList<>();
            unused(config, "", unused);
            if (!unused.isEmpty()) {
                notes.add("Not used: " + Texts.safe(String.join(", ", unused)) + ".");
            }
            return new ConvertedConfig(yaml, notes);
        }

        private static String variable(String number) {
            return "{ type: int, default: " + number + " }";
        }

        private String database(Value config, String end, String store, String prefix) {
            String at = end + ".db.";
            String address = text(config, at + "address");
            Matcher parts = ADDRESS.matcher(address);
            String place = "";
            if (parts.matches()) {
                String host = parts.group(1).replaceAll("[\\[\\]]", "");
                String port = parts.group(2) == null ? "5432" : parts.group(2);
                place = "host: " + Yaml.quoted(host) + ", port: " + port;
            } else if (!address.isEmpty()) {
                faults.add(at + "address is no HOST:PORT");
            }
            String database = text(config, at + "database");
            String user = text(config, at + "user");
            secret(config, at + "password", prefix + "_DB_PASSWORD");
            return "  " + store + ": { type: postgresql, " + place + ", database: " + quoted(database) + ", user: "
                    + quoted(user) + ", password: \"${env." + prefix + "_DB_PASSWORD}\""
                    + (end.equals("source") ? ", read_only: true" : "") + " }\n";
        }

        private String bucket(Value config, String end, String store, String prefix) {
            String at = end + ".s3.";
            String bucket = text(config, at + "bucket");
            String provider = text(config, at + "provider").toUpperCase(Locale.ROOT);
            if (!provider.isEmpty() && !Set.of("AWS", "CEPH", "MINIO").contains(provider)) {
                faults.add(at + "provider is none of AWS, CEPH, MINIO");
            }
            Value given = find(config, at + "endpoint");
            boolean none = given == null || given instanceof Value.Null || given.equals(Value.of(""));
            String endpoint = none ? "" : text(config, at + "endpoint");
            String full = endpoint.contains("://") || endpoint.isEmpty() ? endpoint : "https://" + endpoint;
            String host = host(full);
            String region = "us-east-1";
            if (host == null) {
                faults.add(at + "endpoint is no address such as https://host:port");
            } else if (host.endsWith("amazonaws.com") || host.endsWith("amazonaws.com.cn")) {
                Matcher known = AWS_HOST.matcher(host);
                region = known.matches() ? known.group(1) : region;
                full = "";
            } else if (full.isEmpty() && !provider.equals("AWS") && !provider.isEmpty()) {
                faults.add(at + "endpoint is missing, and " + provider + " has none of its own");
            }
            secret(config, at + "access_key", prefix + "_ACCESS_KEY_ID");
            secret(config, at + "secret_key", prefix + "_SECRET_ACCESS_KEY");
            return "  " + store + ": { type: s3, bucket: " + quoted(bucket)
                    + (full.isEmpty() ? "" : ", endpoint: " + quoted(full)) + ", region: " + region + ", keys: "
                    + prefix + " }\n";
        }

        /** The host of an address, empty for none, null when it is no address. */
        private static @Nullable String host(String endpoint) {
            if (endpoint.isEmpty()) {
                return "";
            }
            try {
                URI uri = URI.create(endpoint);
                boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                return web && uri.getUserInfo() == null && uri.getHost() != null
                        ? uri.getHost().toLowerCase(Locale.ROOT)
                        : null;
            } catch (IllegalArgumentException e) {
                return null; // the caller says so
            }
        }

        private static String quoted(String text) {
            return Yaml.quoted(Yaml.literal(text));
        }

        /** Something that must be there and stays out of the plan. */
        private void secret(Value config, String path, String variable) {
            text(config, path);
            secrets.add(variable + " (" + path + ")");
        }

        private String text(Value config, String path) {
            Value value = find(config, path);
            if (value == null || value instanceof Value.Null || value.equals(Value.of(""))) {
                faults.add(path + " is missing");
            } else if (!(value instanceof Value.Text text)) {
                faults.add(path + " is " + value.kind() + " and no text");
            } else {
                return text.value();
            }
            return "";
        }

        private String number(Value config, String path) {
            Value value = find(config, path);
            boolean whole = value instanceof Value.Int
                    || (value instanceof Value.Text text && text.value().matches("[0-9]{1,18}"));
            if (value == null || value instanceof Value.Null) {
                faults.add(path + " is missing");
            } else if (!whole) {
                faults.add(path + " is no whole number");
            } else {
                return value instanceof Value.Text text
                        ? text.value()
                        : ((Value.Int) value).value().toString();
            }
            return "0";
        }

        private @Nullable Value find(Value config, String path) {
            used.add(path);
            Value at = config;
            for (String name : path.split("\\.")) {
                at = at instanceof Value.MapOf map ? map.values().get(name) : null;
            }
            return at;
        }

        private void unused(Value at, String path, List<String> into) {
            if (at instanceof Value.MapOf map && used.stream().noneMatch(path::equals)) {
                map.values().forEach((name, value) -> unused(value, path.isEmpty() ? name : path + "." + name, into));
            } else if (!used.contains(path)) {
                into.add(path);
            }
        }
    }

    /** With the condition on projects, and the bucket that rows of files get. */
    private static final String MOVE = """
            moves:
              - name: project
                rows:
                  root: src:projects
                  where: %s
                  to: dst
                  follow: { file_meta_data: row.project_id == root.uuid }
                  stop: [comp_runs, user_to_projects]    # what ran, and who looked at it, stays
                  outward: { users: map, tags: bring, projects_vc_snapshots: bring }
                  objects:
                    of: file_meta_data
                    from: old:${row.object_name}
                    to: new:${row.object_name}
                    where: "!row.is_soft_link"
                  row:
                    projects:
                      drop: [id]    # the target numbers it
                      set:
                        prj_owner: ${vars.owner}
                        access_rights: { "${vars.group}": { read: true, write: true, delete: true } }
                    file_meta_data:
                      set: { user_id: "${string(vars.owner)}", bucket_name: %s, "entity_tag?": "${target.version}" }
                      drop: [upload_id, upload_expires_at]
                    tags: { drop: [id], set: { user_id: "${vars.owner}" } }
            """;
}
