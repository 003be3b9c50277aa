package io.waybill.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a file of {@code NAME=VALUE} lines, as for {@code --env-file} and the user's configuration. */
final class EnvFile {
    private EnvFile() {}

    /** The values by name. Lines that are empty or begin with # do not count; quotes around a value go. */
    static Map<String, String> read(Path file) {
        Map<String, String> values = new LinkedHashMap<>();
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CliException(Code.USAGE, "Cannot read " + file + ": " + Failure.cause(e) + ".");
        }
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            String pair = stripped.startsWith("export ") ? stripped.substring(7).strip() : stripped;
            int equals = pair.indexOf('=');
            if (equals < 1) {
                // the line may hold a secret, so it is not shown
                throw new CliException(
                        Code.USAGE,
                        "Cannot read " + file + ": line " + number + " is not NAME=VALUE. Correct the line.");
            }
            values.put(
                    pair.substring(0, equals).strip(),
                    unquoted(pair.substring(equals + 1).strip()));
        }
        return values;
    }

    private static String unquoted(String value) {
        if (value.length() >= 2) {
            char quote = value.charAt(0);
            if ((quote == '"' || quote == '\'') && value.charAt(value.length() - 1) == quote) {
                return value.substring(1, value.length() - 1);
            }
        }
        return value;
    }
}
