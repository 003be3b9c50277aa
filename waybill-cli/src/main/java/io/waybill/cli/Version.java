package io.waybill.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which waybill this is. */
final class Version {
    private Version() {}

    /** As the build wrote it. */
    static String text() {
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new IllegalStateException("the jar has no version", e);
        }
    }

    static String java() {
        return System.getProperty("java.version", "unknown");
    }

    static String system() {
        return System.getProperty("os.name", "unknown") + " " + System.getProperty("os.arch", "");
    }
}
